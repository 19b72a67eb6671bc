import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// The folder is not what it was, or loses much at once: nothing is deleted on the server without a person's word.
    @Suite struct SyncGuards {
        enum Loss: String, CaseIterable, CustomTestStringConvertible {
            case movedAway, emptied, replacedByLink, replacedByFolder, markerGone, otherMarker
            var testDescription: String { rawValue }

            func happen(to folder: String, aside: String) throws {
                let files = FileManager.default
                if self != .markerGone, self != .otherMarker { try files.moveItem(atPath: folder, toPath: aside) }
                switch self {
                case .movedAway: break
                case .emptied, .replacedByFolder:
                    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
                case .replacedByLink: symlink("/var/empty", folder)
                case .markerGone: try files.moveItem(atPath: "\(folder)/.pannier/marker", toPath: aside)
                case .otherMarker:
                    try files.copyItem(atPath: "\(folder)/.pannier/marker", toPath: aside)
                    try Data(repeating: 7, count: 16).write(to: URL(filePath: "\(folder)/.pannier/marker"))
                }
                if self == .replacedByFolder { try Data("other".utf8).write(to: URL(filePath: "\(folder)/other")) }
            }

            func end(_ folder: String, aside: String) throws {
                let files = FileManager.default
                switch self {
                case .movedAway: break
                case .emptied, .replacedByLink, .replacedByFolder: try files.removeItem(atPath: folder)
                case .markerGone: return try files.moveItem(atPath: aside, toPath: "\(folder)/.pannier/marker")
                case .otherMarker:
                    try files.removeItem(atPath: "\(folder)/.pannier/marker")
                    return try files.moveItem(atPath: aside, toPath: "\(folder)/.pannier/marker")
                }
                try files.moveItem(atPath: aside, toPath: folder)
            }
        }

        /// It stands still and says so, and goes on by itself when the folder is back.
        @Test func theFolderIsNotThere() async throws {
            try await withSyncedPair { pair in
                for number in 0..<20 { try pair.one.write("\(number)", to: "a/\(number)") }
                for loss in Loss.allCases { try await lose(loss, pair) }
            }
        }

        private func lose(_ loss: Loss, _ pair: SyncedPair) async throws {
            let (one, two) = (pair.one, pair.two)
            let count = try await pair.both().paths.count
            let aside = pair.house.directory.path(percentEncoded: false) + "/aside"
            try loss.happen(to: one.root, aside: aside)
            let wait = try await one.device.run("wait", "--synced", within: 60)
            #expect(wait.exitCode == 1 && wait.errors.contains("sync_folder_lost"), "\(loss): \(wait.story)")
            try two.write("meanwhile", to: "from two, \(loss)")
            try await two.must("wait", "--synced")
            // An agent that begins in this state is no wiser.
            try await one.killAgent()
            let state = try await one.wait(for: "stopped")
            #expect(state.problem?.code == "sync_folder_lost", "\(loss)")
            #expect(try two.tree().paths.count == count + 1, "\(loss)")
            #expect(try await two.serverTree().count == count + 1, "\(loss)")
            try loss.end(one.root, aside: aside)
            _ = try await one.wait(for: "same")
            #expect(try await pair.both().text("from two, \(loss)") == "meanwhile")
            #expect(try await two.trash().isEmpty, "\(loss)")
        }

        /// A copy of it is put in its place, by an agent that is there or not, and lacks what the copy left out: with its marker,
        /// but nothing was deleted there.
        @Test(arguments: [true, false]) func aCopyTakesItsPlace(isAgentThere: Bool) async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                for number in 0..<20 { try one.write("\(number)", to: "a/\(number)") }
                let tree = try await pair.both()
                if !isAgentThere { try await one.stopAgent() }
                let copy = pair.house.directory.path(percentEncoded: false) + "/copy"
                try await Program.copy(one.folder, to: URL(filePath: copy), in: pair.house.directory)
                for number in 0..<5 { try FileManager.default.removeItem(atPath: "\(copy)/a/\(number)") }
                try FileManager.default.moveItem(atPath: one.root, toPath: copy + " of the old one")
                try FileManager.default.moveItem(atPath: copy, toPath: one.root)
                _ = try await eventually(within: 30, "that it is another folder is told") {
                    try await one.problems().values.contains("sync_folder_lost") ? true : nil
                }
                #expect(try await pair.both() == tree, "what is missing comes back")
                #expect(try await two.trash().isEmpty)
                #expect(try two.quarantine().isEmpty)
            }
        }

        /// The same where a person names the copy.
        @Test func aCopyElsewhereIsChosen() async throws {
            try await withSyncedPair { pair in
                let one = pair.one
                for number in 0..<20 { try one.write("\(number)", to: "a/\(number)") }
                let tree = try await pair.both()
                let copy = pair.house.directory.appending(path: "copy")
                try await Program.copy(one.folder, to: copy, in: pair.house.directory)
                for number in 0..<5 { try FileManager.default.removeItem(at: copy.appending(path: "a/\(number)")) }
                try FileManager.default.moveItem(
                    at: one.folder, to: pair.house.directory.appending(path: "the old one"))
                try await one.must("sync", copy.path(percentEncoded: false))
                try await one.must("wait", "--synced")
                let moved = SyncedDevice(device: one.device, folder: copy)
                let new = SyncedPair(house: pair.house, one: moved, two: pair.two)
                #expect(try await new.both() == tree)
                #expect(try await new.two.trash().isEmpty && new.two.quarantine().isEmpty)
            }
        }

        /// The disk that the folder lies on is taken off, and comes back; what is seen at its place meanwhile is an empty folder.
        @Test(.enabled(if: SmallDisk.isPossible, "needs a file system of its own")) func theDiskIsTakenOff()
            async throws
        {
            try await inHouse { house in
                let disk = try SmallDisk(at: house.directory.appending(path: "disk"), bytes: 16 << 20)
                defer { disk.end() }
                let place = try house.folder("place")
                try disk.show(at: place)
                let pair = try await SyncedPair.open(in: house, second: place)
                try await pair.pair()
                let (one, two) = (pair.one, pair.two)
                for number in 0..<20 { try one.write("\(number)", to: "a/\(number)") }
                let tree = try await pair.both()
                for isAgentThere in [true, false] {
                    if !isAgentThere { try await two.stopAgent() }
                    try SmallDisk.hide(place)
                    #expect(try two.tree().paths.isEmpty, "an empty folder")
                    if isAgentThere { try two.write("written below the disk", to: "b") }
                    let state = try await two.wait(for: "stopped")
                    #expect(state.problem?.code == "sync_folder_lost")
                    try one.write("meanwhile, \(isAgentThere)", to: "a/0")
                    try await one.must("wait", "--synced")
                    #expect(try await one.serverTree().count == tree.paths.count)
                    #expect(try await one.trash().isEmpty)
                    if isAgentThere { try two.remove("b") }
                    try disk.show(at: place)
                    _ = try await two.wait(for: "same")
                    #expect(try await pair.both().paths == tree.paths)
                }
                #expect(try two.text("a/0") == "meanwhile, false")
                #expect(try await one.trash().isEmpty)
                try await two.stopAgent()
                try SmallDisk.hide(place)
            }
        }

        /// Whoever removes a folder slowly removes it all the same.
        @Test func deletionsThatFollowEachOtherWaitTogether() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                for number in 0..<150 { try one.write("\(number)", to: "many/\(number)") }
                try await pair.both()
                for number in 0..<90 { try one.remove("many/\(number)") }
                try await pair.both()
                for number in 90..<110 { try one.remove("many/\(number)") }
                let wait = try await one.device.run("wait", "--synced")
                #expect(wait.exitCode == 1 && wait.errors.contains("deletions_held"), "\(wait.story)")
                #expect(try await one.state().heldThere == 20)
                #expect(try two.tree().paths.count == 61)
                try await one.must("approve", "--there", "20")
                _ = try await eventually(within: 20, "deletions held on the other disk") {
                    try await two.state().heldHere == 20 ? true : nil
                }
                try await two.must("approve", "--here", "20")
                #expect(try await pair.both().paths.count == 41)
            }
        }

        @Test func manyDeletionsWaitForAWord() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                for number in 0..<150 { try one.write("\(number)", to: "many/\(number)") }
                try one.write("stays", to: "other")
                try await pair.both()
                try one.remove("many")
                let wait = try await one.device.run("wait", "--synced")
                #expect(wait.exitCode == 1 && wait.errors.contains("deletions_held"), "\(wait.story)")
                #expect(try await one.state().heldThere == 151)
                #expect(try await one.must("plan").output.contains("151 deletions on the server wait"))
                let wrong = try await one.device.run("approve", "--there", "7")
                #expect(wrong.exitCode == 1 && wrong.errors.contains("changed_since"), "\(wrong.story)")
                // Everything else goes on.
                try one.write("goes on", to: "other")
                try await pair.settle(isUneasy: true)
                #expect(try two.text("other") == "goes on")
                #expect(try two.tree().paths.count == 152)
                #expect(try await one.trash().isEmpty)

                try await one.must("approve", "--there", "151")
                try await one.must("wait", "--synced")
                #expect(try await one.trash().map(\.name) == ["many"])
                // The other disk asks, too.
                _ = try await eventually(within: 20, "deletions held on the other disk") {
                    try await two.state().heldHere == 151 ? true : nil
                }
                #expect(try two.tree().paths.count == 152)
                try await two.must("approve", "--here", "151")
                let tree = try await pair.both()
                #expect(tree.paths == ["other"])
                #expect(try two.quarantine().count == 151, "150 files, and what the edit replaced")
            }
        }

        /// However little was in it.
        @Test func aFolderThatWasEmptiedDeletesNothing() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                for number in 0..<22 { try one.write("\(number)", to: "all/\(number)") }
                let tree = try await pair.both()
                let aside = pair.house.directory.path(percentEncoded: false) + "/aside"
                try FileManager.default.moveItem(atPath: one.path("all"), toPath: aside)
                _ = try await one.wait(for: "waiting")
                #expect(try await one.state().heldThere == 23)
                // What comes in its place is no word.
                try one.write("new", to: "new")
                try await pair.settle(isUneasy: true)
                #expect(try two.text("new") == "new")
                #expect(try two.tree().paths.count == 24)
                #expect(try await one.trash().isEmpty)
                try await one.must("approve", "--undo", "--there", "23")
                #expect(try await pair.both().paths == tree.paths + ["new"])
            }
        }

        /// Put back where it was, what waited is nothing to decide any more.
        @Test func heldAndPutBack() async throws {
            try await withSyncedPair { pair in
                let one = pair.one
                for number in 0..<150 { try one.write("\(number)", to: "many/\(number)") }
                let tree = try await pair.both()
                let aside = pair.house.directory.path(percentEncoded: false) + "/aside"
                try FileManager.default.moveItem(atPath: one.path("many"), toPath: aside)
                _ = try await one.wait(for: "waiting")
                try FileManager.default.moveItem(atPath: aside, toPath: one.path("many"))
                #expect(try await pair.both() == tree)
                #expect(try await one.trash().isEmpty)
            }
        }

        /// A second agent is refused the folder that another one has, and changes nothing in it.
        @Test func twoAgentsOnOneFolder() async throws {
            try await withSyncedPair { pair in
                let (one, two) = (pair.one, pair.two)
                try one.write("a", to: "a")
                try await pair.both()
                let third = try await pair.house.device("third")
                let refused = try await third.run("sync", one.root)
                #expect(refused.exitCode == 1 && refused.errors.contains("sync_folder_unfit"), "\(refused.story)")
                try two.write("b", to: "b")
                #expect(try await pair.both().paths == ["a", "b"])
            }
        }
    }
}
