"""Publishing: a plugin's item versions, templates and seal offers as frozen records (S023).

Called by ``catalogue_room`` (plugin publish) and ``seeding``. An item version once there never
changes; another content under the same number is refused. A calendar is published the same way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, insert, select

from workbench.rules.catalogue import (
    CaseType,
    DecisionPath,
    ItemVersion,
    canonical,
    canonical_sha256,
)
from workbench.rules.catalogue_reading import plain, read_record
from workbench.rules.events import canonical as canonical_text
from workbench.rules.publication import Publication, StampingOffer
from workbench.rules.refusal_texts import refusal
from workbench.rules.words import _
from workbench.store.engine import Unit
from workbench.store.seat import audit
from workbench.store.server.calendar_rows import write_calendar
from workbench.store.server.limit_rows import write_limits
from workbench.store.shelf import calendar_of
from workbench.store.tables import (
    calendar,
    item_material,
    item_material_situation,
    item_version,
    publication,
)


def publish(unit: Unit, one: Publication, login: str) -> str:
    """Write everything of the publication; a line that says what is new."""
    fresh = [item for item in one.items if _publish_item(unit, item, login)]
    unit.sql.execute(insert(publication).values(
        plugin=one.plugin, version=one.version, build=one.build,
        departments=canonical_text(list(one.departments)),
        templates=canonical_text([plain(each) for each in one.templates]),
        stamping=canonical_text([plain(each) for each in one.stamping]),
        published_at=unit.now, published_by=login,
    ))  # fmt: skip
    audit(unit, login, "publish", f"{one.plugin} {one.version} {one.build}", unit.now)
    return what_is_new(one, len(fresh))


def what_is_new(one: Publication, fresh: int) -> str:
    """The line that says how many item versions are new."""
    return _("{plugin} {version}: {new} new item versions, {same} unchanged.").format(
        plugin=one.plugin, version=one.version, new=fresh, same=len(one.items) - fresh
    )


def _publish_item(unit: Unit, item: ItemVersion, login: str) -> bool:
    """Whether the version is new. Refusal ``version_taken`` where another content is there."""
    v = item_version.c
    same = (v.item_code == item.item_code) & (v.version == item.version)
    known = unit.sql.execute(select(v.sha256).where(same)).scalar_one_or_none()
    sha256 = canonical_sha256(item)
    if known is None:
        _insert_item(unit, item, sha256, login)
        return True
    if known != sha256:
        raise refusal(
            "version_taken", version=item.version, name=item.short_code or item.item_code
        )
    return False


def _insert_item(unit: Unit, item: ItemVersion, sha256: str, login: str) -> None:
    key = {"item_code": item.item_code, "version": item.version}
    alone = item.single_officer and item.case_type is CaseType.IMMEDIATE
    unit.sql.execute(insert(item_version).values(
        **key, department=item.department_code, name_zh=item.name_zh, name_en=item.name_en,
        state=item.state.value, case_type=item.case_type.value,
        major=item.decision_path is DecisionPath.MAJOR,
        parallel=item.case_type is CaseType.PARALLEL, survey_required=item.survey_required,
        wet_seal_only=item.wet_seal_only, single_officer_immediate=alone,
        canonical=canonical(item), sha256=sha256, published_at=unit.now, published_by=login,
    ))  # fmt: skip
    for material in item.materials:
        unit.sql.execute(insert(item_material).values(
            **key, code=material.code, source=material.source.value, need=material.need.value,
            every_situation=not material.situations,
            delegated=material.code in item.delegated_check,
        ))  # fmt: skip
        for situation in dict.fromkeys(material.situations):
            unit.sql.execute(insert(item_material_situation).values(
                **key, code=material.code, situation=situation
            ))  # fmt: skip
    if _on_server(unit):
        write_limits(unit.sql, item)


def _on_server(unit: Unit) -> bool:
    """Whether verbs written in SQL look limits and working days up as rows."""
    return unit.sql.dialect.name == "postgresql"


def _in_force() -> Any:
    newest = select(func.max(publication.c.publication_id)).group_by(publication.c.plugin)
    return publication.c.publication_id.in_(newest)


def build_of(unit: Unit, plugin: str) -> str | None:
    """The build in force of a plugin."""
    wanted = select(publication.c.build).where(_in_force(), publication.c.plugin == plugin)
    return unit.sql.execute(wanted).scalar_one_or_none()


def stamping_offers(unit: Unit) -> tuple[StampingOffer, ...]:
    """Every offer in force, in order of plugin."""
    wanted = select(publication.c.stamping).where(_in_force()).order_by(publication.c.plugin)
    texts = unit.sql.execute(wanted).scalars().all()
    return tuple(
        read_record(StampingOffer, raw, "stamping") for text in texts for raw in json.loads(text)
    )


def publish_calendar(unit: Unit, plan: Mapping[str, Any], login: str) -> str:
    """Publish years, office hours and closures; returns the version, new or known."""
    laid_out = calendar_of(plan)
    version = laid_out.version
    known = select(calendar.c.calendar_id).where(calendar.c.version == version)
    if unit.sql.execute(known).first() is None:
        made = unit.sql.execute(insert(calendar).values(
            version=version, plan=canonical_text(dict(plan)), published_at=unit.now,
            published_by=login,
        )).inserted_primary_key  # fmt: skip
        if _on_server(unit):
            assert made is not None
            write_calendar(unit.sql, made[0], laid_out)
        audit(unit, login, "publish_calendar", version, unit.now)
    return version
