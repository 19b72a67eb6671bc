// pannier-screen-benchmark: the screen as it is used, in a terminal of its own, with a real agent and a real server, all
// in a temporary folder: from a key to its frame, from the start to the first frame, processor time while nobody types,
// bytes of a frame. Beside the limits that it is built for, and beside mc in the same folder, where that is installed.
// Measured, not asserted: it marks what misses a limit.

import Foundation
import Glibc
import Measuring
import PannierCore

let beside = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
let products = ProcessInfo.processInfo.environment["PANNIER_PRODUCTS"] ?? beside
let rows = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 100_000
let rounds = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 24
#if DEBUG
    Table.say("This is a debug build: the figures mean nothing. Run it with -c release.\n")
#endif
Table.say("\(Machine.words)\n")

do {
    let house = try House(programs: products)
    defer { house.close() }
    try house.open()
    let load = Load(house: house, rows: rows)
    let start = Moment()
    try load.makeRows()
    Table.say("\(rows) files put in \((Moment() - start) / 1_000_000_000) s\n")
    let measures = Measures(house: house, load: load)
    try measures.firstFrames(40)
    try measures.bytes()
    try MidnightCommander(house: house, load: load)?.measure()
    let socket = house.paths(runtime: "relay").socket
    try FileManager.default.createDirectory(
        atPath: (socket as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    let relay = try Relay(at: socket, to: house.paths().socket)
    try load.startTransfers()
    try withExtendedLifetime(relay) { try measures.keys(rounds: rounds) }
    try load.endTransfers()
    try measures.rest(seconds: 20)
} catch {
    Table.say("\(error)")
    exit(1)
}
exit(Table.exitCode)
