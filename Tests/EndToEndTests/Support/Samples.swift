import Foundation

/// Files to send: the same for the same seed.
struct Noise: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }

    /// Incompressible bytes.
    mutating func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            var position = 0
            while position + 8 <= count {
                raw.storeBytes(of: next(), toByteOffset: position, as: UInt64.self)
                position += 8
            }
            while position < count {
                raw[position] = UInt8(truncatingIfNeeded: next())
                position += 1
            }
            initialized = count
        }
    }

    /// Writes a file of `size` incompressible bytes without holding it.
    mutating func write(_ size: Int, to file: URL) throws {
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        var left = size
        while left > 0 {
            let block = bytes(min(left, 1 << 20))
            try handle.write(contentsOf: block)
            left -= block.count
        }
        try handle.close()
    }
}

/// Stands in every text file of a sample tree, to look for on the server's disk.
let plainTextMarker = "plain text that must never lie on the server"

/// A source tree with names that break programs, in folders below `root`.
/// - Returns: how many files it holds.
func writeHardTree(_ files: Int, to root: URL, seed: UInt64) throws -> Int {
    var noise = Noise(seed: seed)
    var count = 0
    var folders: [[UInt8]] = []
    func write(_ path: [UInt8], _ content: [UInt8], executable: Bool = false) throws {
        let full = Array(root.path(percentEncoded: false).utf8) + [UInt8(ascii: "/")] + path
        try writeBytes(content, to: full, mode: executable ? 0o755 : 0o644)
        count += 1
    }
    func folder(_ path: [UInt8]) throws {
        let full = Array(root.path(percentEncoded: false).utf8) + [UInt8(ascii: "/")] + path + [0]
        let made = full.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { mkdir($0.baseAddress!, 0o755) }
        }
        guard made == 0 else { throw Missed(what: "mkdir: \(String(cString: strerror(errno)))") }
        folders.append(path)
    }
    for name in [
        "src", "with space", "emoji 👩‍👩‍👧‍👦 ❤️", "weiß und grün", "日本語", "עברית", "-rf", "~", "$HOME", "a\\b", "quote'\"`",
    ] {
        try folder(Array(name.utf8))
    }
    try folder(Array("nfc".utf8))
    try folder(Array("nfd".utf8))
    try write(Array("nfc/caf\u{E9}.txt".utf8), Array("composed \(plainTextMarker)".utf8))
    try write(Array("nfd/cafe\u{301}.txt".utf8), Array("decomposed \(plainTextMarker)".utf8))
    try write([UInt8](repeating: UInt8(ascii: "n"), count: 255), Array("255 bytes".utf8))
    try write(Array(String(repeating: "é", count: 127).utf8), Array("254 bytes of two each".utf8))
    try write(Array("empty".utf8), [])
    try write(Array("src/.hidden".utf8), [])
    try write(Array("src/run.sh".utf8), Array("#!/bin/sh\n# \(plainTextMarker)\n".utf8), executable: true)
    var depth: [UInt8] = Array("src".utf8)
    for level in 0..<20 {
        depth += Array("/level \(level)".utf8)
        try folder(depth)
        try write(depth + Array("/leaf".utf8), noise.bytes(level * 100))
    }
    while count < files {
        let parent = folders[Int.random(in: 0..<folders.count, using: &noise)]
        let name = Array("/file \(count) \(["a", "ü", "🚲", "…"].randomElement(using: &noise)!).txt".utf8)
        let isText = Bool.random(using: &noise)
        let size = Int(exp(Double.random(in: 3...11, using: &noise)))
        let content =
            isText
            ? Array(String(repeating: "\(count) \(plainTextMarker)\n", count: size / 50 + 1).utf8) : noise.bytes(size)
        try write(parent + name, content, executable: count % 17 == 0)
    }
    return count
}

/// Writes a file whose name need not be text, with a modification time in the past.
func writeBytes(_ content: [UInt8], to path: [UInt8], mode: mode_t) throws {
    try (path + [0]).withUnsafeBufferPointer { buffer in
        try buffer.withMemoryRebound(to: CChar.self) { name in
            let descriptor = open(name.baseAddress!, O_WRONLY | O_CREAT | O_EXCL, mode)
            guard descriptor >= 0 else { throw Missed(what: "open: \(String(cString: strerror(errno)))") }
            defer { close(descriptor) }
            guard Glibc.write(descriptor, content, content.count) == content.count else {
                throw Missed(what: "write: \(String(cString: strerror(errno)))")
            }
            let time = timespec(tv_sec: 1_500_000_000 + content.count, tv_nsec: 123_456_789)
            var times = (time, time)
            _ = withUnsafePointer(to: &times) { pointer in
                pointer.withMemoryRebound(to: timespec.self, capacity: 2) { futimens(descriptor, $0) }
            }
        }
    }
}

/// What differs between two trees, or two files: names, contents, modification times and the executable bit.
func differences(_ left: URL, _ right: URL, in directory: URL) async throws -> String {
    let script = """
        diff -r --no-dereference "$1" "$2"
        list() { [ -d "$1" ] && cd "$1" || { stat -c '%Y %a' "$1"; return; }; find . -type f -printf '%p %T@ ' -a \\( -perm -u+x -printf 'x\\n' -o -printf '-\\n' \\) | LC_ALL=C sort; }
        list "$1" >"$3/left"; list "$2" >"$3/right"; cd "$3" && diff left right
        exit 0
        """
    let work = directory.appending(path: "diff-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
    let program = try Program(
        URL(filePath: "/bin/bash"),
        ["-c", script, "diff"] + [left, right, work].map { $0.path(percentEncoded: false) },
        environment: ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"], directory: work)
    let finished = try await program.finish()
    return finished.output + finished.errors
}
