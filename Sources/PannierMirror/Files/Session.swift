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

    private enum CodingKeys: CodingKey { case server, token, device, deviceName, account }

    /// A file outlives the version that wrote it, in both directions: what is not known is passed over, and what another
    /// version may not have written has a value here. Nothing but these four may ever be demanded.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        server = try values.decode(String.self, forKey: .server)
        token = try values.decode(String.self, forKey: .token)
        device = try values.decode(DeviceID.self, forKey: .device)
        account = try values.decode(Account.self, forKey: .account)
        deviceName = try values.decodeIfPresent(String.self, forKey: .deviceName) ?? ""
    }
}

package enum SessionFile {
    /// Nil when nobody is signed in. Blocks the thread, as all of this does.
    /// - Throws: ``Problem`` `notSignedIn` when the file cannot be understood; it is then put aside, not lost.
    package static func read(_ paths: ClientPaths) throws(Problem) -> Session? {
        let data: Data
        do throws(SystemCallError) {
            guard let bytes = try PrivateFile.contents(of: paths.session) else { return nil }
            data = Data(bytes)
        } catch {
            throw unreadable(paths, "\(error).")
        }
        guard let session = try? WireJSON.decode(Session.self, from: data) else {
            let aside = paths.session + brokenMark + timeText()
            guard rename(paths.session, aside) == 0 else { throw unreadable(paths, "It is damaged.") }
            throw unreadable(paths, "It is damaged, and lies in \(aside) now.")
        }
        return session
    }

    private static let brokenMark = ".broken-"

    private static func unreadable(_ paths: ClientPaths, _ why: String) -> Problem {
        Problem(
            .notSignedIn, "The sign-in kept in \(paths.session) cannot be read. \(why)",
            detail: "Sign in again with `pannier login`; files and transfers are kept.")
    }

    private static func timeText() -> String {
        var seconds = time(nil)
        var parts = tm()
        guard gmtime_r(&seconds, &parts) != nil else { return "\(seconds)" }
        var text = [CChar](repeating: 0, count: 32)
        let length = strftime(&text, text.count, "%Y-%m-%dT%H%M%SZ", &parts)
        return String(decoding: text.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
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
            try PrivateFile.replace(paths.session, with: [UInt8](data))
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
            removeBroken(paths)
            try PrivateFile.syncFolder(of: paths.session)
        } catch {
            throw error.problem
        }
    }

    /// What was put aside may hold a token, too.
    private static func removeBroken(_ paths: ClientPaths) {
        guard let slash = paths.session.lastIndex(of: "/") else { return }
        let prefix = paths.session[slash...].dropFirst() + brokenMark
        let names = (try? FileManager.default.contentsOfDirectory(atPath: paths.state)) ?? []
        for name in names where name.hasPrefix(prefix) { unlink(paths.state + "/" + name) }
    }
}
