// pannier-benchmark: every stage of PannierChunks against the bare library (or the same loop in C) doing the same work,
// in the same run. Measured, not asserted: it always ends with 0, and marks what is under nine tenths.

#if DEBUG
    print("This is a debug build: neither side is optimised, so the ratios mean nothing. Run it with -c release.\n")
#endif

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 15
print("MB/s of plain bytes by this thread's processor time; ratio: median of \(rounds) pairs run in turns.\n")
Table.printHead()
for stage in Stages.all() { Table.printRow(Measurement.run(stage, rounds: rounds)) }
