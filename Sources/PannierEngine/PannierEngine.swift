// The agent: what runs in the background of one profile, and the ways to it.
//
// engine      owns the session, answers commands, tells subscribers. Everything else only rings its bells
// feed loop   the one loop that asks the server for changes and writes them into the mirror
// push        a WebSocket that says “look”, nothing else. The regular poll runs beside it always, so that a lost look
//             costs delay and never truth
// link        the way to the engine: over the agent's socket, or straight to it in one process (tests)
// subscriber  a link that asked for events. It gets the newest state of each kind, never a backlog
//
// Order that must hold:
// 1. The profile's lock is held before the mirror is opened or the socket is bound, and until both are closed.
// 2. “Ready” is said only when the socket takes connections.
// 3. A command that changed the tree is answered after the mirror has caught up, so that the next command sees it.
