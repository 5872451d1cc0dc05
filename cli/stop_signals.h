/* stop_signals.h - SIGINT and SIGTERM end a run in order: what it wrote for itself is removed, what it keeps is whole. */
#ifndef B7_CLI_STOP_SIGNALS_H
#define B7_CLI_STOP_SIGNALS_H

#include "cli.h"

/* From here on the two signals cancel what works with these hooks (at its next progress) instead of ending the process. */
void b7_cli_watch_signals(B7Hooks *hooks);
/* Back to the usual; a signal that came is sent again, so that the shell sees what ended the program. */
void b7_cli_end_watch(void);

#endif
