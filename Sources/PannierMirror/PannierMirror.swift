// The client's SQLite database, and the files beside it.
//
// mirror    what the server told of every view of this account, as of the cursor; plus the transfer queue. A copy:
//           losing it costs a listing, never a file
// view      a tree by itself, keyed by its number here. The same node stands once in every view that holds it, so that
//           the end of one grant cannot touch what another one shows
// step      number of a change to the mirror. A node carries the step at which the server last spoke of it
// frontier  folders whose children must still be listed, and how far each listing has come
//
// Order that must hold:
// 1. The cursor moves in the same transaction as the changes it covers.
// 2. A folder goes on the frontier in the same transaction as the change that made it unknown: a mirror whose frontier
//    is empty and whose cursor is the server's is equal to what the server allows this account to see.
// 3. A listing removes only what the server has not spoken of since the folder was put on the frontier.
// 4. One process owns the database (flock), one connection writes and checkpoints (a rare race of SQLite 3.40's WAL
//    needs two), readers are read-only.
