// A disk in memory with what makes real ones dangerous, the same for the same seed.
//
// object       a file, folder or link; never given again, unlike the number that a status tells of it (its inode)
// state        what an object holds, with its times: as it is, and as it would be after a power cut
// change       one call's change of names: a rename is one change of two names, done or not done as a whole
// history      changes that are not durable yet, in order
// person       whoever uses the folder: people and their programs
//
// After a power cut each change that was not durable is there or not, by itself, and each object holds what it held when it
// was last made durable, or what it held last; nothing else. One simulation runs on one thread.
