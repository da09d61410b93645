"""The only place that writes SQL: what was imported, what was published, who may ask.

In: settings and datasets. Out: plain results; nothing outside this package sees a row, a query or
a driver's error. SQLite (a file in the home folder) and PostgreSQL behave alike.

Every function takes the ``engine`` that ``connect`` returns. Errors are those of
``service.errors``; each carries its sentence in both languages (``error.text``).

Opening (``service.database.engine``, ``.migrate``)::

    connect(settings) -> Engine                   does not touch the network or the disk yet
    upgrade(engine) / downgrade(engine, "base")   move the tables to the newest / an older form
    require_current(engine)                       raises NotMigrated unless the tables fit

Datasets (``.datasets``)::

    save_dataset(engine, dataset, *, agency="", key=b"", source=Source()) -> Saved
        Saved.run, .tables: {name: Counts}, .total: Counts(inserted, updated, unchanged)
        Source(name="", sha256="", refused=0, report={})
        key is ``identity.installation_key(home)``; it makes each person's ``ref``
    load_dataset(engine, agency=None) -> Dataset  empty dataset where nothing was imported
    data_version(engine) -> int                   grows with every import that changed a row
    import_runs(engine, limit=20) -> tuple[ImportRun, ...]

Generations (``.generations``)::

    publish(engine, home, rows, manifest, dataset, *, agency="", model_folder=None, keep=3) -> int
        rows: (employee_id, kind, item_code, rank, micro, eligibility, reasons), a person's rows
        of one kind together; Manifest(as_of, model, rules, not_checked=(), details={})
    current_generation(engine) -> Generation | None
        .number .state .as_of .data .model .rules .not_checked .people .lists .items .details
        .created_at .published_at
    generation(engine, number) -> Generation      raises UnknownGeneration
    published_list(engine, number, agency, employee_id, kind) -> tuple[PublishedItem, ...]
        PublishedItem(item_code, rank, micro, eligibility, reasons)
    published_rows(engine, number) -> Iterator of the rows given to publish, by employee_id bytes
    roll_back(engine) -> int                      back to the generation before; its number
    prune(engine, home, keep)                     done by publish; removes what nobody reads
    snapshot_folders(home, number) -> Folders     .data (Dataset.read) .model .manifest

People (``.people``)::

    resolve_ref(engine, ref, agency="") -> employee_id | None     None for anything NIP-shaped
    ref_of(engine, employee_id, agency="") -> str | None
    search_employees(engine, agency="", *, text=None, unit=None, job_title=None, tier=None,
                     within_unit=None, after=None, limit=50) -> Page
        Page.people: (EmployeeRow(employee_id, ref, name, unit_code, unit_name, job_code,
        job_title, tier, grade), ...), .next_cursor (a ref or None), .total
    unit_tree(engine, unit_code, agency="") -> tuple[str, ...]    the unit and all beneath it
    in_unit(engine, employee_id, unit_code, agency="") -> bool

Access (``.access``); only hashes of secrets are stored, a secret is returned once::

    Grant(role, scope, agency="", employee_id=None, label="")     scope: self, unit:U or agency
    create_token(engine, grant, *, days, now=None) -> Token(id, secret, expires_at)
    verify_token(engine, secret, *, now=None) -> Grant | None
    revoke_token(engine, token_id, *, now=None) -> bool
    list_tokens(engine) -> tuple[TokenRow, ...]
    create_sign_in_link(engine, grant, *, minutes=60, now=None) -> secret
    consume_sign_in_link(engine, secret, *, now=None) -> Grant | None      at most once
    create_session(engine, grant, *, hours=8, now=None) -> secret
    verify_session(engine, secret, *, now=None) -> Grant | None
    revoke_session(engine, secret, *, now=None) -> bool

Health (``.health``)::

    check_database(engine, home) -> tuple[Check(name, ok, text), ...]      for ``selaras doctor``
    is_ready(engine) -> bool                      reachable, migrated and something published
"""
