// pannier-sync-benchmark: the synced folder as it is used: two devices and a server on this machine, all in a temporary
// folder. From a saved file to the other device, many files dropped in at once, a large tree in which nothing changes or
// its root is moved, and a machine that gives few watches. Beside the limits that it is built for, and beside Syncthing
// with the same files in the same run, where that is installed. Measured, not asserted: it marks what misses a limit.
//
// pannier-sync-benchmark [FILES DROPPED [FILES OF THE LARGE TREE [ROUNDS]]]: 0 leaves one out.

import Foundation
import Glibc
import Measuring

let beside = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
let products = ProcessInfo.processInfo.environment["PANNIER_PRODUCTS"] ?? beside
let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let dropped = numbers.first ?? 10_000
let large = numbers.dropFirst().first ?? 100_000
let rounds = numbers.dropFirst(2).first ?? 25
#if DEBUG
    Table.say("This is a debug build: the figures mean nothing. Run it with -c release.\n")
#endif
Table.say("\(Machine.words)\n")

do {
    let ground = try Ground()
    defer { ground.close() }
    let pannier = try PannierPair(ground, programs: products)
    defer { pannier.close() }
    let syncthing = try SyncthingPair(ground)
    defer { syncthing?.close() }
    if syncthing == nil { Table.say("syncthing is not installed: nothing to compare with.\n") }
    let pairs: [any FolderPair] = [pannier] + (syncthing.map { [$0] } ?? [])

    let drops = Drops(ground, pairs)
    if rounds > 0 { try Saves(pairs).measure(rounds: rounds) }
    if dropped > 0 {
        try drops.measure(files: dropped)
        try drops.removeAll()
    }
    if large > 0 {
        syncthing?.close()
        let tree = LargeTree(ground, pannier)
        try tree.fill(files: large)
        try tree.measure()
        try FewWatches(pannier).measure(watches: 100)
    }
} catch {
    Table.say("\(error)")
    exit(1)
}
exit(Table.exitCode)
