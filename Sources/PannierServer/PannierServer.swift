// The File Service: metadata, permissions and signed URLs; file bytes go between clients and the object store.
//
// Words of this target, besides those of PannierCore:
//
// operation   a synchronous function of a request and a transaction; all that the API does (Operations)
// metadata    what is known about people, files and packs: SQLite here (Metadata)
// gateway     HTTP around the operations: routes, tokens, limits, problems (Gateway)
// blob        an object of the store: one pack under its name (BlobStore)
// store       where blobs lie; its routes take presigned requests and nothing else (BlobStore/Directory)
// unsettled   a blob whose name is visible but not durable yet, or perhaps never; nobody is told of it
// verdict     what reading and opening a whole pack has shown; a commit relies on nothing less
// hub, seat   who has a push socket, and one socket's place there; ringing wakes, it never carries data (Push)
// data folder keys, database, packs, lock and admin.sock of one server (Service/DataFolder)
//
// Threads: event loops do no work that blocks; the disk, scrypt, opening packs and committing names each have threads of
// their own; SQLite has GRDB's. What crosses between them is a value.
