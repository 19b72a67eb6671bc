// The synced folder: one folder of this disk and My Files, made one.
//
// three trees   remote (the server's at the cursor), local (as it was observed on this disk), synced (what both last
//               agreed on); all in the mirror
// planner       a pure function of the three trees: what is to be done next. The plan is made anew, never queued
// file tree     the disk beneath the folder, or a simulated one; nothing else touches it
// own part      `.pannier` in the folder: the marker, what comes in, what is in quarantine, what is parked
// quarantine    where the content goes that a download replaces or a deletion removes here
// evicted       what is to be on the server alone, until it goes for good after two or three days
// parked        out of the way of another file that takes its name; its place is remembered
// settled       nothing was heard of a file for a while: whoever wrote it has ended
//
// Order that must hold:
// 1. What is missing is not deleted: a deletion is proven by the marker in the very folder that was known (a copy has the
//    marker, too), by two listings without error, and by a row in the synced tree; and the number of deletions within some
//    minutes stays within the guard, or a person has said yes to just these. What the guard has held once it holds until
//    somebody says something, or it is back.
// 2. A file here is replaced only by the rename of a verified, durable one, and what it held goes into quarantine.
// 3. An entry is synced when it is committed there and durable here, not before: the mirror is written last. What the
//    server has answered for goes into the remote tree and the synced tree in one transaction, so that nothing is ever
//    synced which the remote tree does not know.
// 4. What is put out of the way is written down first: found under its own name or under the parked one, it is never
//    taken for deleted. What leaves this disk to be on the server alone is no longer agreed on before it leaves.
// 5. A failed fsync is never tried again: the file it was for is thrown away and fetched anew.
