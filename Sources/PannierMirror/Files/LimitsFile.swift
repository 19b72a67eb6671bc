import Foundation
package import PannierCore

/// The limits of a profile's transfers. A file of its own, as they are not the mirror's: putting that aside lifts no limit.
package enum LimitsFile {
    /// No limits where there is no such file. Blocks the thread, as all of this does.
    /// - Throws: ``Problem`` when there is one and it cannot be read.
    package static func read(_ paths: ClientPaths) throws(Problem) -> TransferLimits {
        let bytes: [UInt8]
        do throws(SystemCallError) {
            guard let found = try PrivateFile.contents(of: paths.limits) else { return TransferLimits() }
            bytes = found
        } catch {
            throw unreadable(paths, "\(error).")
        }
        guard let limits = try? WireJSON.decode(TransferLimits.self, from: Data(bytes)) else {
            throw unreadable(paths, "It is damaged.")
        }
        return limits
    }

    private static func unreadable(_ paths: ClientPaths, _ why: String) -> Problem {
        Problem(
            .localWriteFailed, "The limits kept in \(paths.limits) cannot be read. \(why)",
            detail: "Transfers go as fast as they can. Set the limits anew with `pannier limit`.", status: 0)
    }

    /// Replaces what was there, durably, in one step.
    package static func write(_ limits: TransferLimits, _ paths: ClientPaths) throws(Problem) {
        let data: Data
        do {
            data = try WireJSON.encode(limits)
        } catch {
            throw Problem(.internalError, "The limits cannot be written: \(error).", status: 0)
        }
        do throws(SystemCallError) {
            try PrivateFile.replace(paths.limits, with: [UInt8](data))
        } catch {
            throw error.problem
        }
    }
}
