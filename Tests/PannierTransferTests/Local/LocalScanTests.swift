import Foundation
import Glibc
import PannierCore
import PannierMirror
import Testing

@testable import PannierTransfer

@Suite struct LocalScanTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func scan(_ top: LocalPath, limit: Int = 7, remote: RemotePath = .myFiles) async throws -> [ScannedItem] {
        let scan = LocalScan(top, remote: remote)
        var items: [ScannedItem] = []
        while true {
            let batch = await scan.next(limit)
            items += batch.items
            if batch.isEnd { return items }
        }
    }

    private func code(_ item: ScannedItem?) -> Problem.Code? {
        switch item?.refusal {
        case .failed(let problem), .skipped(_, let problem): problem.code
        case nil: nil
        }
    }

    @Test func foldersComeBeforeWhatTheyHold() async throws {
        for number in 0..<30 {
            try folder.makeFolder("a/b\(number)")
            try folder.write([1, 2, 3], "a/b\(number)/file \(number)")
        }
        let items = try await scan(folder.at("a"))
        #expect(items.count == 61)
        #expect(items.first?.path == [])
        var seen: Set<[UInt8]> = []
        for item in items {
            if let slash = item.path.lastIndex(of: 0x2F) { #expect(seen.contains(Array(item.path[..<slash]))) }
            if item.isFolder { seen.insert(item.path) }
            #expect(item.refusal == nil)
            #expect(item.size == (item.isFolder ? 0 : 3))
        }
    }

    /// A disk with a fault: what it holds beyond it is a failure, not the end of the folder.
    @Test func aFolderThatCannotBeReadToItsEndIsSaidSo() async throws {
        try folder.makeFolder("bad")
        for number in 0..<20 { try folder.write([1], "bad/f\(number)") }
        try folder.write([1], "fine")
        let entries = Box(0)
        let scan = LocalScan(folder.path, remote: .myFiles) { stream in
            let link = "/proc/self/fd/\(dirfd(stream))"
            let path = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
            guard path?.hasSuffix("/bad") == true else { return readdir(stream) }
            let count = entries.change { count in
                count += 1
                return count
            }
            guard count > 5 else { return readdir(stream) }
            errno = EIO
            return nil
        }
        let items = await scan.next(1_000).items
        let failed = items.filter { $0.refusal != nil }
        #expect(failed.map(\.path) == [Array("bad/".utf8)])
        #expect(code(failed.first) == .localFileUnreadable)
        #expect(items.contains { $0.path == Array("bad".utf8) && $0.refusal == nil })
        #expect(items.contains { $0.path == Array("fine".utf8) })
        #expect(items.count < 12)
    }

    @Test func aFileAloneIsItsOwnTop() async throws {
        let path = try folder.write([1, 2], "run.sh", mode: 0o755)
        let items = try await scan(path)
        #expect(items.count == 1)
        #expect(items.first?.path == [])
        #expect(items.first?.isExecutable == true)
        #expect(items.first?.size == 2)
    }

    @Test func hardNamesAreKeptByteForByte() async throws {
        let names = [
            "with space", " ", "e\u{301}", "\u{1F468}\u{200D}\u{1F469}", "-rf", "a\\b", "\"quoted\"",
            String(repeating: "x", count: 255), "…", ".hidden", "~",
        ]
        for name in names { try folder.write([], name) }
        let items = try await scan(folder.path)
        #expect(Set(items.filter { !$0.isFolder }.map(\.path)) == Set(names.map { Array($0.utf8) }))
        #expect(items.allSatisfy { $0.refusal == nil })
    }

    @Test func namesThatCannotBeKeptAreRefusedAndTheRestGoesOn() async throws {
        try folder.write([1], [0xFF, 0xFE])
        try folder.write([1], "line\nbreak")
        try folder.write([1], "fine")
        let items = try await scan(folder.path)
        let refused = items.filter { $0.refusal != nil }
        #expect(refused.count == 2)
        #expect(refused.allSatisfy { code($0) == .nameNotAllowed })
        #expect(items.contains { $0.path == Array("fine".utf8) && $0.refusal == nil })
    }

    @Test func ofTwinsOneIsRefused() async throws {
        for name in ["caf\u{E9}", "cafe\u{301}", "other", "K", "\u{212A}"] { try folder.write([1], name) }
        try folder.makeFolder("below")
        try folder.write([1], "below/cafe\u{301}")
        let items = try await scan(folder.path)
        let refused = items.filter { $0.refusal != nil }
        #expect(refused.count == 2)
        #expect(refused.allSatisfy { code($0) == .nameTwin })
        // Both spellings are named, whichever of them is found first.
        for item in refused {
            guard case .failed(let problem)? = item.refusal else { continue }
            let isKelvin = item.path == Array("\u{212A}".utf8)
            let words = isKelvin ? ["U+004B", "U+212A"] : ["U+0065 U+0301", "U+00E9"]
            #expect(words.allSatisfy(problem.title.contains), "\(problem)")
        }
        // Against an ASCII name, the other one gives way.
        #expect(refused.contains { $0.path == Array("\u{212A}".utf8) })
        #expect(!refused.contains { $0.path.starts(with: Array("below".utf8)) })
    }

    @Test func linksAndPipesAreSkippedAndNotFollowed() async throws {
        try folder.makeFolder("elsewhere")
        try folder.write([1], "elsewhere/secret")
        try folder.makeFolder("top")
        symlink("../elsewhere", folder.at("top/link").description)
        symlink("nowhere", folder.at("top/dangling").description)
        mkfifo(folder.at("top/pipe").description, 0o644)
        try folder.write([1], Array("top/".utf8) + PartFile.name(transfer: .random(), row: 1))
        let items = try await scan(folder.at("top"))
        #expect(items.count == 5)
        #expect(items.filter { code($0) == .notTransferable }.count == 4)
        // A link that the person named is followed.
        let followed = try await scan(folder.at("top/link"))
        #expect(followed.map(\.path) == [[], Array("secret".utf8)])
    }

    @Test func aTopThatCannotGoUpIsOneFailedItem() async throws {
        mkfifo(folder.at("pipe").description, 0o644)
        for name in ["missing", "pipe"] {
            let items = try await scan(folder.at(name))
            #expect(items.map(\.path) == [[]])
            #expect(items.first?.isFolder == false)
            #expect(code(items.first) == .localFileUnreadable)
        }
    }

    @Test func skippedThingsAreToldByKind() async throws {
        try folder.makeFolder("top")
        symlink("nowhere", folder.at("top/link").description)
        mkfifo(folder.at("top/pipe").description, 0o644)
        try folder.write([1], Array("top/".utf8) + PartFile.name(transfer: .random(), row: 1))
        var skipped = SkippedItems()
        for case .skipped(let kind, _)? in try await scan(folder.at("top")).map(\.refusal) { skipped[kind] += 1 }
        #expect(skipped[.link] == 1 && skipped[.pipe] == 1 && skipped[.part] == 1 && skipped.total == 3)
        #expect(skipped.words == "1 link, 1 pipe, 1 unfinished download")
    }

    /// What only looks like a part of ours is a person's own.
    @Test func partsAreKnownByTheirExactNames() async throws {
        let id = TransferID.random()
        #expect(PartFile.isName(PartFile.name(transfer: id, row: 0)))
        #expect(PartFile.isName(PartFile.name(transfer: id, row: .max)))
        for name in [
            ".pannier-notes.part", ".pannier-.part", ".pannier.part", ".pannier-0-1.part", ".pannier-\(id).part",
            ".pannier-\(id)-.part", ".pannier-\(id)-01.part", ".pannier-\(id)-+1.part", ".pannier-\(id)-1-2.part",
            ".pannier-\(id)-x.part", ".pannier-\(id)-1.part.txt", "x.pannier-\(id)-1.part",
            ".pannier-\(id.description.uppercased())A-1.part",
        ] {
            #expect(!PartFile.isName(Array(name.utf8)), "\(name)")
        }
        try folder.makeFolder("top")
        try folder.write([1], "top/.pannier-notes.part")
        let items = try await scan(folder.at("top"))
        #expect(items.contains { $0.path == Array(".pannier-notes.part".utf8) && $0.refusal == nil })
    }

    /// Looked at alone, an item is judged as in a scan of everything.
    @Test func singleItemsAreJudgedAsInTheWhole() async throws {
        try folder.makeFolder("a/b")
        try folder.write([1, 2], "a/b/file", mode: 0o755)
        try folder.write([1], [0x61, 0x2F, 0xFF])
        for name in ["caf\u{E9}", "cafe\u{301}", "K", "\u{212A}"] { try folder.write([1], "a/" + name) }
        symlink("b", folder.at("a/link").description)
        let all = try await scan(folder.at("a"))
        let scan = LocalScan(folder.at("a"), remote: .myFiles)
        #expect(await scan.look(at: all.map(\.path)) == all)
        let gone = await scan.look(at: [Array("b/gone".utf8), Array("link/file".utf8), Array("gone/x".utf8)])
        #expect(gone.allSatisfy { code($0) == .localFileUnreadable })
        // The other twin was renamed.
        let refused = try #require(all.first { code($0) == .nameTwin && $0.path.count > 3 })
        let other = refused.path == Array("caf\u{E9}".utf8) ? "cafe\u{301}" : "caf\u{E9}"
        rename(folder.at("a/" + other).description, folder.at("a/renamed").description)
        #expect(await scan.look(at: [refused.path]).map(\.refusal) == [nil])
    }

    @Test func aFolderCanBeEnteredAlone() async throws {
        try folder.write([1], "outside")
        try folder.makeFolder("a/b/c")
        try folder.write([1], "a/x")
        try folder.write([1], "a/b/c/y")
        let scan = LocalScan(folder.at("a"), remote: .myFiles)
        try await scan.enter(Array("b".utf8))
        let batch = await scan.more(100)
        #expect(batch.isEnd)
        #expect(batch.items.map(\.path) == [Array("b/c".utf8), Array("b/c/y".utf8)])
        await #expect(throws: LocalError(ENOTDIR)) { try await scan.enter(Array("x".utf8)) }
    }

    @Test func depthAndLengthCountFromWhereItWillStand() async throws {
        try folder.makeFolder("a/b/c")
        let names = try (0..<127).map { try NodeName("n\($0)") }
        let items = try await scan(folder.at("a"), remote: RemotePath(space: .myFiles, names: names))
        #expect(items.filter { code($0) == nil }.map(\.path) == [[], Array("b".utf8)])
        #expect(items.filter { code($0) == .tooDeep }.map(\.path) == [Array("b/c".utf8)])
        let long = RemotePath(
            space: .myFiles, names: Array(repeating: try NodeName(String(repeating: "y", count: 249)), count: 16))
        let tooLong = try await scan(folder.at("a"), remote: long)
        #expect(tooLong.contains { code($0) == .tooDeep })
    }

    @Test func filesThatCannotBeOrWereGivenTimesAreTold() async throws {
        let path = try folder.write([1], "old")
        var times = [timespec(tv_sec: -5, tv_nsec: 250_000_000), timespec(tv_sec: -5, tv_nsec: 250_000_000)]
        utimensat(AT_FDCWD, path.description, &times, 0)
        let items = try await scan(path)
        #expect(items.first?.modified == -4_750_000_000)
    }
}
