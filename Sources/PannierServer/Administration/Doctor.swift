import PannierCore

/// Looks at a server's folder from the inside.
package struct Doctor: Sendable {
    package let folder: DataFolder
    package let store: any MetadataStore
    package let files: StoreHandler
    package let isServing: Bool

    /// A warning below this many free bytes.
    private static let fewBytes: Int64 = 2 << 30

    package init(folder: DataFolder, store: any MetadataStore, files: StoreHandler, isServing: Bool) {
        self.folder = folder
        self.store = store
        self.files = files
        self.isServing = isServing
    }

    package func look() async -> [ServerFinding] {
        let server = isServing ? ServerFinding("server", .good, "A server is running on this folder.") : Self.idle
        return [server, keys(), await database(), await objects(), space()]
    }

    static let idle = ServerFinding("server", .good, "No server is running on this folder.")

    /// Why a folder does not even open.
    static func finding(of error: any Error) -> ServerFinding {
        switch error {
        case is KeyFileError: ServerFinding("keys", .bad, "\(error)")
        case is SystemCallError: ServerFinding("disk", .bad, "\(error)")
        default: ServerFinding("database", .bad, "\(error)")
        }
    }

    private func keys() -> ServerFinding {
        do {
            guard let keys = try KeyFile.read(in: folder.descriptor) else {
                return ServerFinding("keys", .bad, "The file `keys` is missing. Put it back from where you keep it.")
            }
            let count = keys.masters.count
            return ServerFinding(
                "keys", .good,
                "\(count) master \(count == 1 ? "key" : "keys"), readable by their owner alone. "
                    + "Keep a copy of \(folder.path)/\(KeyFile.name) somewhere else: without it no file can be read.")
        } catch {
            return ServerFinding("keys", .bad, "\(error)")
        }
    }

    private func database() async -> ServerFinding {
        do {
            let check = try await store.check()
            guard check.damage.isEmpty else {
                return ServerFinding(
                    "database", .bad, "It is damaged: \(check.damage.joined(separator: "; ")). Keep a copy of it.")
            }
            return ServerFinding("database", .good, "Version \(check.version), quick check passed.")
        } catch {
            return ServerFinding("database", .bad, "\(error)")
        }
    }

    private func objects() async -> ServerFinding {
        do {
            let failures = try await files.probe()
            guard failures.isEmpty else {
                return ServerFinding("store", .bad, "\(StartError.storeNotEnforcing(failures))")
            }
            return ServerFinding("store", .good, "An object was written, read and removed; what is signed is enforced.")
        } catch {
            return ServerFinding("store", .bad, "\(error)")
        }
    }

    private func space() -> ServerFinding {
        do {
            let (free, size) = try folder.space()
            let text = "\(Format.bytes(free)) of \(Format.bytes(size)) are free."
            return free < Self.fewBytes
                ? ServerFinding("disk", .warning, text + " Uploads are refused when none is left.")
                : ServerFinding("disk", .good, text)
        } catch {
            return ServerFinding("disk", .bad, "\(error)")
        }
    }
}
