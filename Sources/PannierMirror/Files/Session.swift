import Foundation
package import PannierCore

/// Who is signed in on this profile, and the secret that proves it.
///
/// A file of its own (0600, in a 0700 folder), not a table: the mirror may be put aside when it is damaged, or sent to
/// someone who looks for a fault, and neither may lose or show the token.
package struct Session: Codable, Sendable, Hashable {
    package var server: String
    package var token: String
    package var device: DeviceID
    package var deviceName: String
    package var account: Account

    package init(server: String, token: String, device: DeviceID, deviceName: String, account: Account) {
        self.server = server
        self.token = token
        self.device = device
        self.deviceName = deviceName
        self.account = account
    }
}

package enum SessionFile {
    /// Nil when nobody is signed in.
    /// - Throws: ``Problem`` `notSignedIn` when the file cannot be understood.
    package static func read(_ paths: ClientPaths) throws(Problem) -> Session? {
        guard FileManager.default.fileExists(atPath: paths.session) else { return nil }
        do {
            return try WireJSON.decode(Session.self, from: try Data(contentsOf: URL(filePath: paths.session)))
        } catch {
            throw Problem(
                .notSignedIn, "The sign-in kept in \(paths.session) cannot be read.",
                detail: "Sign in again with `pannier login`; files and transfers are kept.")
        }
    }

    /// Replaces what was there, durably, in one step.
    package static func write(_ session: Session, _ paths: ClientPaths) throws(Problem) {
        let data: Data
        do {
            data = try WireJSON.encode(session)
        } catch {
            throw Problem(.internalError, "The sign-in cannot be written: \(error).", status: 0)
        }
        do throws(SystemCallError) {
            try replace(paths.session, with: [UInt8](data))
        } catch {
            throw error.problem
        }
    }

    /// Nobody is signed in any more, after a power cut neither.
    /// - Throws: ``Problem`` when it cannot be removed, or nobody knows whether it is.
    package static func remove(_ paths: ClientPaths) throws(Problem) {
        do throws(SystemCallError) {
            do throws(SystemCallError) {
                _ = try systemCall("unlink", paths.session) { unlink(paths.session) }
            } catch  where error.number == ENOENT {}
            try syncFolder(of: paths.session)
        } catch {
            throw error.problem
        }
    }

    /// temp → fsync → rename → fsync of the folder.
    private static func replace(_ path: String, with bytes: [UInt8]) throws(SystemCallError) {
        let temporary = path + ".new"
        unlink(temporary)
        let descriptor = try systemCall("open", temporary) {
            open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        }
        do throws(SystemCallError) {
            defer { close(descriptor) }
            let written = try systemCall("write", temporary) { Glibc.write(descriptor, bytes, bytes.count) }
            guard written == bytes.count else {
                throw SystemCallError(call: "write", path: temporary, number: ENOSPC)
            }
            _ = try systemCall("fsync", temporary) { fsync(descriptor) }
        } catch {
            unlink(temporary)
            throw error
        }
        _ = try systemCall("rename", path) { rename(temporary, path) }
        try syncFolder(of: path)
    }

    private static func syncFolder(of path: String) throws(SystemCallError) {
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
        let directory = try systemCall("open", folder) { open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        defer { close(directory) }
        _ = try systemCall("fsync", folder) { fsync(directory) }
    }
}
