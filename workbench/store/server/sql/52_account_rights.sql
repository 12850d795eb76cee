-- Who may call what of 50_accounts.sql and 51_account_roles.sql: nobody but who is named here.

REVOKE ALL ON FUNCTION wb.account_role_now(text), wb.account_turn(text),
    wb.account_need_security(), wb.account_need_name(text), wb.account_need_verifier(text),
    wb.account_audit(text, text), wb.account_match_groups(text), wb.account_roles(text),
    wb.user_add(text, text, text, text, text, text), wb.account_need_department(text),
    wb.account_open(text, text), wb.user_password(text, text), wb.password_change(text),
    wb.password_must_change(),
    wb.user_grant(text, text, text, text, text, bigint, bigint, text, text),
    wb.account_need_grant(text, text, bigint, bigint),
    wb.account_appoint(text, text, text, text, bigint, bigint), wb.user_revoke(text, text),
    wb.account_end_roles(text, text), wb.user_end_sessions(text), wb.user_list(),
    wb.account_names(), wb.account_found(text, text)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wb.user_add(text, text, text, text, text, text),
    wb.user_password(text, text),
    wb.user_grant(text, text, text, text, text, bigint, bigint, text, text),
    wb.user_revoke(text, text), wb.user_end_sessions(text), wb.user_list(),
    wb.account_names(), wb.password_change(text), wb.password_must_change()
TO @user@;
GRANT EXECUTE ON FUNCTION wb.password_change(text), wb.password_must_change(), wb.who()
TO @newcomer@;
