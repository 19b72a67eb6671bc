// Devices of one account, people who use them, a network and the File Service, in one thread and in memory.
//
// machine      a device: a disk, a mirror, and the agent while it runs
// plan         what kind of world a seed makes: how many machines, which faults, how often
// ledger       what people have written, what pannier has moved, and what must therefore be somewhere at the end
// promise      what the service has acknowledged, and that a request takes effect once
// quiet        all is at rest and was compared: from then on nothing happens
// mistake      what pannier does wrong on purpose, to see that it is found
// round        people and faults for a while, then nobody does anything until all is at rest, then everything is compared
// trace        what happened, as a number: the same for the same seed
//
// What runs is the production code: the loop with its planner and its work on disk and mirror, the feed, and the operations
// of the service. Only the sending and fetching of files is done by a small client of the simulation's own.
