// Files on their way between this disk and the object store, and the calls to the File Service that this takes.
//
// transfer     one file or folder that a person sent up or fetched, with all that lies in it
// item, row    one file or folder of a transfer; a row of the mirror, which is the queue
// run          a transfer at work in this process; it may end anywhere, and the next run goes on from the mirror
// flow         a run's decisions: a value that turns events into actions, with no I/O, clock or task in it
// window       what one go at the disk brought: pieces of one file or of many, read, cut and digested
// piece        a chunk with its bytes, in a window's buffer
// pack         as in PannierChunks; alive from when it is sealed until the service has acknowledged it
// range        neighbouring chunks of a pack, fetched by one GET
// part         a file while it comes down, under a name of its own beside its place
// lane         one PUT or GET under way
// map          how it stands with every chunk of a transfer; its ledger keeps it while the transfer runs
// slot         the room that a file has in its transfer's map, given once, when it is begun
//
// Upload:   scan → open (POST nodes) → read, cut, digest → declare → compress, seal → POST packs → PUT → PATCH → commit
// Download: list → look at places, make folders → POST content → GET ranges → open, compare → write parts → digest the
//           whole → sync → rename → sync the folder → mirror
//
// Rules:
// - What must be known after a crash stands in the mirror before it is acted upon.
// - What blocks or computes for long runs on threads of its own (BlockingExecutor), never on Swift's.
// - Memory, at most: upload 2 windows (16 MiB), the bytes carried between them (4), 4 packs alive and the one being
//   written (40); download ranges in flight (24) and two openers (8). 92 MiB, however large the files and however many.
//   Besides, the map of the transfer that runs in each direction (three, ChunkLedger), and while there is one, what is kept
//   of a preview (16) and an estimate (at most 40).
// - Waiting for a server that is gone is part of a run and shown; what a person must mend ends it, in words.
