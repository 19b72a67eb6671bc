import ChildPrograms
import Foundation
import Glibc
import PannierCore
import Testing

@testable import PannierEngine

/// The owner of a synced folder, as an ordinary user meets it: modes do not keep root away.
@Suite struct SyncFolderLockTests {
    private let scratch: Scratch
    private var folder: LocalPath { LocalPath(scratch.folder + "/folder") }
    private var lock: String { scratch.folder + "/folder/.pannier/lock" }

    init() throws {
        scratch = try Scratch()
        for name in ["/folder", "/folder/.pannier"] {
            let path = scratch.folder + name
            try #require(mkdir(path, 0o755) == 0)
            if geteuid() == 0 { try #require(chown(path, OrdinaryThread.user, OrdinaryThread.user) == 0) }
        }
    }

    private var mode: mode_t {
        var status = stat()
        return stat(lock, &status) == 0 ? status.st_mode & 0o777 : .max
    }

    @Test func itIsTakenAgain() throws {
        try OrdinaryThread.run {
            for _ in 0..<3 { _ = try SyncFolderLock(folder) }
            #expect(mode == 0o600)
        }
    }

    @Test func oneProcessHasIt() throws {
        try OrdinaryThread.run {
            let first = try SyncFolderLock(folder)
            #expect(throws: Problem.self) { try SyncFolderLock(folder) }
            withExtendedLifetime(first) {}
        }
    }

    /// One that nobody could open stays the same file: an agent may hold it.
    @Test func oneThatNobodyCanOpenIsMended() throws {
        try OrdinaryThread.run {
            let first = try SyncFolderLock(folder)
            try #require(chmod(lock, 0) == 0)
            #expect(throws: Problem.self) { try SyncFolderLock(folder) }
            #expect(mode == 0o600)
            withExtendedLifetime(first) {}
        }
        try OrdinaryThread.run { _ = try SyncFolderLock(folder) }
    }
}
