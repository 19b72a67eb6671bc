import Foundation
import Glibc
import Measuring
import PannierCore

/// Rows and transfers, made by the product's own commands.
struct Load {
    static let folder = "rows"
    static let transfers = 16

    let house: House
    let rows: Int

    /// The name of a row; by name they stand in the order of their numbers.
    static func name(_ number: Int) -> String { "entry-" + String(format: "%06d", number) + ".dat" }

    var localRows: String { house.folder + "/files/" + Self.folder }

    /// A folder of so many small files of several sizes, here and on the server, and something to download.
    func makeRows() throws {
        try FileManager.default.createDirectory(atPath: localRows, withIntermediateDirectories: true)
        for number in 0..<rows {
            try write(UInt64(number), bytes: number * 7_919 % 97, to: localRows + "/" + Self.name(number))
        }
        try write(1, bytes: 96 << 20, to: payload)
        try house.pannier("put", localRows, payload, "/")
    }

    private var payload: String { house.folder + "/files/payload.bin" }

    /// Eight uploads and eight downloads, slow enough to go on for minutes.
    func startTransfers() throws {
        try house.pannier("limit", "2M")
        for number in 0..<Self.transfers / 2 {
            let file = house.folder + "/files/upload-\(number).bin"
            // The first one runs while the others wait.
            try write(UInt64(2 + number), bytes: (number == 0 ? 256 : 1) << 20, to: file)
            try house.pannier("put", file, "/", "--no-wait")
            let target = house.folder + "/files/download-\(number)"
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
            try house.pannier("get", "/payload.bin", target, "--no-wait")
        }
    }

    func endTransfers() throws {
        try house.pannier("cancel", "--all")
    }

    /// Noise, so that nothing is compressed or there already.
    private func write(_ seed: UInt64, bytes: Int, to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard file >= 0 else { throw BenchmarkFailure("\(path): \(String(cString: strerror(errno)))") }
        defer { close(file) }
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        var left = bytes
        while left > 0 {
            var block = [UInt64](repeating: 0, count: min(left, 1 << 20) / 8 + 1)
            for index in block.indices {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                block[index] = state
            }
            let count = Glibc.write(file, block, min(left, block.count * 8))
            guard count > 0 else { throw BenchmarkFailure("\(path): \(String(cString: strerror(errno)))") }
            left -= count
        }
    }
}
