import Foundation
import Glibc
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer
import Synchronization
import Testing

/// What only a real disk has: other file systems, rights, and a kernel that may lack something.
@Suite struct DiskTreeTests {
    private final class Made: Sendable {
        let folders = Mutex(0)
        let disks = Mutex(0)
    }

    private static var isRoot: Bool { geteuid() == 0 }

    /// Root may, outside of most containers.
    private static let canMount: Bool = {
        guard let hands = try? DiskHands(), mount("none", hands.root, "tmpfs", 0, nil) == 0 else { return false }
        umount(hands.root)
        return true
    }()

    /// Almost all Linux disks have them.
    private static let hasAccessLists: Bool = {
        guard let hands = try? DiskHands() else { return false }
        do {
            try hands.write([1], "file")
            try hands.admit(1_234, "file")
            return true
        } catch {
            return false
        }
    }()

    @Test func opensNoFileAndNoNothing() throws {
        let hands = try DiskHands()
        try hands.write([1], "file")
        for (name, expected) in [("file", ENOTDIR), ("none", ENOENT)] {
            let open = { () throws(LocalError) in _ = try DiskTree(LocalPath(hands.at(name))) }
            #expect(code(open) == expected)
        }
    }

    /// The person may have put the folder elsewhere, and left a link to it: it is the same one.
    @Test func aLinkToTheFolderIsTheFolder() throws {
        let hands = try DiskHands()
        try hands.linkRoot()
        #expect(hands.tree.presence() == .there)
        #expect(try DiskTree(LocalPath(hands.root)).status([]) == hands.tree.status([]))
    }

    @Test func aFileThatIsChangedWhileItIsReadIsNotRead() throws {
        let hands = try DiskHands()
        for isChanged in [false, true] {
            try hands.write([UInt8](repeating: 1, count: 3 << 20), "file")
            let reading = try hands.tree.reading(of: path("file"))
            var room = 1
            let first = try reading.next(&room)
            #expect(first == .more)
            if isChanged { try hands.write([UInt8](repeating: 2, count: 3 << 20), "file") }
            room = .max
            let (rest, whole) = (try reading.next(&room), try hands.tree.content(of: path("file")))
            #expect(rest == .end(isChanged ? nil : whole))
        }
    }

    /// Who could not read the old file cannot read the new one; who may read it may execute it, where that is what it is for.
    @Test func aNewFileHasThePermissionsOfTheOldOne() throws {
        let hands = try DiskHands()
        try hands.write([1], "old")
        try hands.write([2], "new")
        for (old, new, after) in [
            (0o600, 0o644, 0o600), (0o600, 0o755, 0o700), (0o604, 0o755, 0o705), (0o755, 0o600, 0o644),
            (0o4755, 0o644, 0o644), (0o440, 0o644, 0o440), (0o040, 0o755, 0o150),
        ] {
            #expect(chmod(hands.at("old"), mode_t(old)) == 0 && chmod(hands.at("new"), mode_t(new)) == 0)
            try hands.tree.copyAccess(from: path("old"), to: path("new"))
            #expect(try hands.mode("new") == after)
        }
        #expect(chmod(hands.at("old"), 0o600) == 0 && chmod(hands.at("new"), 0o644) == 0)
        hands.failNextSync()
        let copy = { () throws(LocalError) in try hands.tree.copyAccess(from: path("old"), to: path("new")) }
        #expect(code(copy) == EIO, "it is durable when it returns")
    }

    /// What the mode of a file with such a list says of its group is the most that anybody in the list may do.
    @Test(.enabled(if: hasAccessLists, "needs access lists")) func aNewFileHasTheAccessListOfTheOldOne() throws {
        let hands = try DiskHands()
        for name in ["listed", "new", "plain"] { try hands.write([1], path(name)) }
        #expect(chmod(hands.at("listed"), 0o600) == 0 && chmod(hands.at("plain"), 0o640) == 0)
        try hands.admit(1_234, "listed")
        let list = try hands.accessList("listed")
        #expect(try !list.isEmpty && hands.mode("listed") == 0o660)
        try hands.tree.copyAccess(from: path("listed"), to: path("new"))
        #expect(try hands.accessList("new") == list && hands.mode("new") == 0o660)

        try hands.tree.copyAccess(from: path("plain"), to: path("new"))
        #expect(try hands.accessList("new") == [] && hands.mode("new") == 0o640)
    }

    /// Nobody else looks into what is pannier's own.
    @Test func theOwnPartIsClosed() throws {
        let hands = try DiskHands()
        try hands.tree.makeOwnFolder(path("own"))
        #expect(try hands.mode("own") == 0o700)
        #expect(chmod(hands.at("own"), 0o755) == 0)
        try hands.tree.makeOwnFolder(path("own"))
        #expect(try hands.mode("own") == 0o700)
    }

    @Test(.disabled(if: isRoot, "root may read everything")) func rightsAreTheKernels() throws {
        let hands = try DiskHands()
        try hands.makeFolder("closed")
        try hands.write([1], "closed/file")
        #expect(chmod(hands.at("closed"), 0o400) == 0)
        defer { chmod(hands.at("closed"), 0o700) }
        // It tells its names, and nothing of what they stand for.
        #expect(code { () throws(LocalError) in try hands.tree.list(path("closed")) { _, _ in } } == EACCES)
        #expect(code { () throws(LocalError) in _ = try hands.tree.status(path("closed/file")) } == EACCES)
        #expect(chmod(hands.at("closed"), 0o300) == 0)
        #expect(code { () throws(LocalError) in try hands.tree.list(path("closed")) { _, _ in } } == EACCES)
        #expect(try hands.tree.status(path("closed/file"))?.size == 1)
    }

    /// A socket cannot be opened, and a device must not be.
    @Test func socketsAndDevicesAreOther() throws {
        let hands = try DiskHands()
        let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(hands.at("socket").utf8)) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        #expect(try hands.tree.status(path("socket"))?.kind == .other)
        #expect(try hands.tree.content(of: path("socket")) == nil)
        #expect(code { () throws(LocalError) in _ = try hands.tree.read(path("socket")) } == EINVAL)
    }

    @Test func leftoversOfAWriteAreNoHindrance() throws {
        let hands = try DiskHands()
        try hands.write([7], ".marker.new")
        try hands.tree.write([1], to: path("marker"))
        #expect(try Array(hands.names([]).keys) == ["marker"])
        let long = [UInt8](repeating: UInt8(ascii: "n"), count: 255)
        try hands.tree.write([2], to: long)
        #expect(try hands.tree.read(long) == [2])
    }

    // MARK: - Making durable

    private func watched(_ hands: DiskHands, _ made: Made) throws -> DiskTree {
        let durability = Durability(
            file: { _ in made.folders.withLock { $0 += 1 } }, disk: { _ in made.disks.withLock { $0 += 1 } })
        return try DiskTree(LocalPath(hands.root), durability: durability)
    }

    @Test func manyFoldersAreMadeDurableAtOnce() throws {
        let hands = try DiskHands()
        let made = Made()
        let tree = try watched(hands, made)
        let folders = (0..<100).map { path("\($0)") }
        for folder in folders { try tree.makeFolder(folder) }
        try tree.sync(Array(folders.prefix(3)) + folders.prefix(3))
        #expect(made.folders.withLock { $0 } == 3)
        #expect(made.disks.withLock { $0 } == 0)
        try tree.sync(folders)
        #expect(made.folders.withLock { $0 } == 3)
        #expect(made.disks.withLock { $0 } == 1)
    }

    /// Else the names that were given in it could be gone after a power cut, while the mirror has them as durable.
    @Test func aFolderThatIsElsewhereIsMadeDurableWithAllOfTheDisk() throws {
        let hands = try DiskHands()
        let made = Made()
        let tree = try watched(hands, made)
        func disks(_ change: () throws -> Void) throws -> Int {
            try tree.makeFolder(path("a"))
            try tree.makeFolder(path("a/new"))
            try change()
            try tree.sync([path("a")])
            return made.disks.withLock { count in
                defer { count = 0 }
                return count
            }
        }
        #expect(try disks {} == 0)
        try hands.rename("a", "first")
        #expect(try disks { try hands.rename("a", "second") } == 1, "gone")
        let replaced = try disks {
            try hands.rename("a", "third")
            try hands.makeFolder("a")
        }
        #expect(replaced == 1, "another one")
        try hands.rename("a", "fourth")
        let changedTwice = try disks {
            try hands.rename("a", "fifth")
            try hands.makeFolder("a")
            try tree.makeFolder(path("a/new"))
        }
        #expect(changedTwice == 1, "both")
        try tree.sync([path("a")])
        #expect(made.disks.withLock { $0 } == 0, "and it is known once")
    }

    @Test func foldersThatCannotBeMadeDurableAloneAreWithTheDisk() throws {
        let hands = try DiskHands()
        let made = Made()
        let durability = Durability(
            file: { _ throws(LocalError) in throw LocalError(EINVAL) }, disk: { _ in made.disks.withLock { $0 += 1 } })
        try DiskTree(LocalPath(hands.root), durability: durability).sync([[]])
        #expect(made.disks.withLock { $0 } == 1)
    }

    // MARK: - Other file systems

    @Test(.enabled(if: canMount, "needs to mount")) func nothingCrossesIntoAnotherFileSystem() throws {
        let hands = try DiskHands()
        try hands.makeFolder("mount")
        try hands.write([1], "mount/hidden")
        try hands.write([1], "file")
        try hands.write([1], "mounted file")
        let target = hands.at("mount")
        try #require(mount("none", target, "tmpfs", 0, nil) == 0)
        defer { umount(target) }
        try hands.write([2], "mount/inside")
        #expect(try hands.tree.status(path("mount"))?.kind == .mount)
        #expect(try hands.names([])["mount"]?.kind == .mount)
        #expect(try hands.names([]).count == 3)
        let calls: [(String, () throws(LocalError) -> Void)] = [
            ("status", { () throws(LocalError) in _ = try hands.tree.status(path("mount/inside")) }),
            ("list", { () throws(LocalError) in try hands.tree.list(path("mount")) { _, _ in } }),
            ("content", { () throws(LocalError) in _ = try hands.tree.content(of: path("mount/inside")) }),
            ("move", { () throws(LocalError) in try hands.tree.move(path("file"), to: path("mount/file")) }),
            ("exchange", { () throws(LocalError) in try hands.tree.exchange(path("file"), path("mount/inside")) }),
            ("makeFolder", { () throws(LocalError) in try hands.tree.makeFolder(path("mount/new")) }),
            ("removeFile", { () throws(LocalError) in try hands.tree.removeFile(path("mount/inside")) }),
            ("write", { () throws(LocalError) in try hands.tree.write([3], to: path("mount/new")) }),
            ("read", { () throws(LocalError) in _ = try hands.tree.read(path("mount/inside")) }),
        ]
        for (name, call) in calls { #expect(code(call) == EXDEV, "\(name)") }
        #expect(code { () throws(LocalError) in try hands.tree.removeFolder(path("mount")) } == EBUSY)
        #expect(code { () throws(LocalError) in try hands.tree.move(path("mount"), to: path("x")) } == EBUSY)
    }

    /// The same disk at another place, even a single file of it, is a mount as well.
    @Test(.enabled(if: canMount, "needs to mount")) func aBindMountIsAMount() throws {
        let hands = try DiskHands()
        try hands.makeFolder("real")
        try hands.makeFolder("bound")
        try hands.write([1], "file")
        try hands.write([2], "bound file")
        let bind = UInt(4_096)
        try #require(mount(hands.at("real"), hands.at("bound"), nil, bind, nil) == 0)
        defer { umount(hands.at("bound")) }
        try #require(mount(hands.at("file"), hands.at("bound file"), nil, bind, nil) == 0)
        defer { umount(hands.at("bound file")) }
        #expect(try hands.names([]).mapValues(\.kind)["bound"] == .mount)
        #expect(try hands.tree.status(path("bound file"))?.kind == .mount)
        #expect(try hands.tree.content(of: path("bound file")) == nil)
        #expect(code { () throws(LocalError) in _ = try hands.tree.read(path("bound file")) } == EXDEV)
        let access = { () throws(LocalError) in try hands.tree.copyAccess(from: path("file"), to: path("bound file")) }
        #expect(code(access) == EINVAL)
    }

    @Test(.enabled(if: canMount, "needs to mount")) func aDiskOverTheFolderIsAnother() throws {
        let hands = try DiskHands()
        try hands.write([1], "file")
        try #require(mount("none", hands.root, "tmpfs", 0, nil) == 0)
        defer { umount(hands.root) }
        #expect(hands.tree.presence() == .replaced)
        #expect(try hands.tree.status(path("file"))?.size == 1)
        let other = try DiskTree(LocalPath(hands.root))
        #expect(other.fileSystemName == "tmpfs" && other.keepsNumbers)
        #expect(try other.status(path("file")) == nil)
    }

    /// A plain tmpfs, which has all that is needed, and a FAT disk, which takes names for the same.
    @Test func aDiskThatCannotIsRefused() throws {
        let hands = try DiskHands()
        try hands.makeFolder(".pannier")
        let fake = FaultyTree(hands.tree)
        try TreeProbe(fake, disk: "/folder").run()
        for (fault, words) in [
            (FaultyTree.Fault.noNoReplace, "cannot rename without replacing"), (.replaces, "cannot rename without"),
            (.noExchange, "cannot exchange two files"), (.renumbers, "gives files other numbers"),
            (.mergesNames, "does not keep names apart"),
        ] {
            fake.fault.withLock { $0 = fault }
            do throws(Problem) {
                try TreeProbe(fake, disk: "/folder (FUSE)").run()
                Issue.record("\(fault) is not found")
            } catch {
                #expect(error.code == .localWriteFailed && error.title.contains(words), "\(error)")
                #expect(error.title.contains("/folder (FUSE)"))
            }
            fake.fault.withLock { $0 = nil }
            try TreeProbe(fake, disk: "/folder").run()
            #expect(try hands.names(OwnPart.name).isEmpty)
        }
    }
}
