"""OneSeal Workbench 一枚章审批工作台: the back-office approval desk and its one seal."""

__version__ = "0.1.0"
