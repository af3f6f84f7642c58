"""What the bot does by itself: durable work (briefs, writes, reading the CRM) on the engine, and short jobs that recur.

To add a job that recurs (an anchor, a replay, a reminder), name it once in `bot.running.recurring`:

    Job("audit.anchor", bot.anchor, every=timedelta(minutes=10), role=Role.CLOCK)

It runs as its process starts and then every so often, one run at a time; a run that fails is logged and the next one comes
all the same. `role` says which process runs it (`bot.jobs.recurring.Role`): SLACK beside the listeners, WORKER in every
worker, CLOCK in one process of the installation. Whatever the role, a run must be harmless when another process does the
same at the same moment: move rows by compare-and-set. In tests over `tests/flows/stage.py` the jobs of the clock do not run by
themselves; call what they call.
"""
