"""The bot's background work: durable work (briefs, writes, reading the CRM) on the engine, and repeated jobs.

To add a job (an anchor, a replay, a reminder), name it once in `bot.running.jobs_of`:

    Job("audit.anchor", bot.anchor, every=timedelta(minutes=10), role=ProcessRole.CLOCK)

The clock (`bot.jobs.scheduler`) runs it as its process starts and then every so often, one run at a time. It logs a
failed run and starts the next one as usual. `role` says which process runs it (`bot.jobs.job.ProcessRole`): SLACK beside
the listeners,
WORKER in every worker, CLOCK in one process of the installation. Whatever the role, a run must be harmless when another
process does the same at the same moment: move rows by compare-and-set. In tests over `tests/flows/stage.py` the clock
doesn't run jobs; call their functions.
"""
