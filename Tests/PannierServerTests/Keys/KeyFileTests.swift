import Foundation
import PannierCore
import PannierServer
import Testing

@Suite struct KeyFileTests {
    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func theFirstStartMakesKeysThatTheNextFinds() async throws {
        try await withFolder { (path) async throws in
            let folder = try Descriptor.folder(path)
            let made = try KeyFile.open(in: folder, mayCreate: true)
            #expect(made.isNew)
            #expect(try mode("\(path)/keys") == 0o600)
            let found = try KeyFile.open(in: folder, mayCreate: true)
            #expect(!found.isNew)
            #expect(found.keys == made.keys)
            #expect(try files(below: path) == ["keys"])
        }
    }

    @Test func twoServersHaveNothingInCommon() {
        let (one, other) = (ServerKeys.make(), ServerKeys.make())
        #expect(one.masters[0].bytes != other.masters[0].bytes)
        #expect(one.cursor != other.cursor)
        #expect(one.store.secret != other.store.secret)
    }

    @Test func missingKeysBesideADatabaseAreRefused() async throws {
        try await withFolder { (path) async throws in
            let folder = try Descriptor.folder(path)
            #expect(throws: KeyFileError.missing("\(path)/keys")) { try KeyFile.open(in: folder, mayCreate: false) }
            #expect(try files(below: path) == [])
        }
    }

    @Test(arguments: [0o644, 0o660, 0o604]) func keysThatOthersMayReadAreRefused(_ mode: Int) async throws {
        try await withFolder { (path) async throws in
            let folder = try Descriptor.folder(path)
            _ = try KeyFile.open(in: folder, mayCreate: true)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: "\(path)/keys")
            #expect(throws: KeyFileError.openToOthers("\(path)/keys", mode: UInt32(mode))) {
                try KeyFile.open(in: folder, mayCreate: true)
            }
        }
    }

    @Test(arguments: ["", "{}", "not json", #"{"version":2,"masters":[],"cursor":"","store":{"id":"","secret":""}}"#])
    func damagedKeysAreRefusedAndNotReplaced(_ content: String) async throws {
        try await withFolder { (path) async throws in
            let folder = try Descriptor.folder(path)
            try Data(content.utf8).write(to: URL(filePath: "\(path)/keys"))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(path)/keys")
            #expect(throws: KeyFileError.damaged("\(path)/keys")) { try KeyFile.open(in: folder, mayCreate: true) }
            #expect(FileManager.default.contents(atPath: "\(path)/keys") == Data(content.utf8))
        }
    }

    @Test func aStartThatWasKilledWhileWritingLeavesNothingBehind() async throws {
        try await withFolder { (path) async throws in
            let folder = try Descriptor.folder(path)
            try Data("half".utf8).write(to: URL(filePath: "\(path)/keys.new"))
            #expect(try KeyFile.open(in: folder, mayCreate: true).isNew)
            #expect(try files(below: path) == ["keys"])
        }
    }
}
