import PannierCore
import PannierSync
import PannierTransfer

/// What people and their programs do in the folder, whatever tree it is. Paths as text, for tests.
protocol TreeHands: Sendable {
    var tree: any FileTree { get }

    func makeFolder(_ path: String) throws
    /// A new file, or an old one that is written again from its start.
    func write(_ bytes: [UInt8], _ path: TreePath) throws
    func append(_ bytes: [UInt8], _ path: String) throws
    /// Replaces.
    func rename(_ path: String, _ target: String) throws
    func remove(_ path: String) throws
    /// Another name for the same file.
    func link(_ path: String, _ name: String) throws
    /// A symbolic link.
    func symlink(_ destination: String, _ path: String) throws
    func pipe(_ path: String) throws
    func setExecutable(_ isExecutable: Bool, _ path: String) throws
    func setModified(_ modified: Nanoseconds, _ path: String) throws
    /// What a file holds; nil when there is none.
    func bytes(_ path: String) -> [UInt8]?
    /// Lets so much time pass that the next change has another time.
    func tick()

    /// From now on making the names of folders durable fails once.
    func failNextSync()
    /// The next listing fails after so many entries.
    func failListing(after entries: Int)
    /// A program goes on adding to a file all the while.
    func whileWriting<Result>(to path: String, _ body: () throws -> Result) throws -> Result
    /// Puts another folder at the place of the one that is synchronised.
    func replaceRoot() throws
    /// Takes the folder away.
    func removeRoot() throws
}

extension TreeHands {
    func write(_ bytes: [UInt8], _ path: String) throws { try write(bytes, Array(path.utf8)) }

    func names(_ folder: TreePath) throws(LocalError) -> [String: TreeStatus] {
        var found: [String: TreeStatus] = [:]
        try tree.list(folder) { name, status in found[String(decoding: name, as: UTF8.self)] = status }
        return found
    }
}

/// A path as text, for tests.
func path(_ text: String) -> TreePath { Array(text.utf8) }

/// What a call threw.
func code(_ body: () throws(LocalError) -> Void) -> Int32? {
    do throws(LocalError) {
        try body()
        return nil
    } catch {
        return error.code
    }
}
