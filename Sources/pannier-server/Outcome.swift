import ArgumentParser
import Foundation
import Glibc
import Logging
import PannierConsole
import PannierCore
import PannierServer

/// How a command ends when it fails: words on stderr and a documented code.
enum Outcome {
    static let failed = ExitCode(1)
    static let badDatabase = ExitCode(65)
    static let diskFull = ExitCode(73)
    static let inUse = ExitCode(75)
    static let badKeys = ExitCode(78)

    /// Runs a command's body; whatever it throws is told and becomes the exit code.
    static func report<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let code as ExitCode {
            throw code
        } catch let failure as StreamFailure {
            if failure.isBrokenPipe { StreamFailure.endByBrokenPipe() }
            complain("standard output cannot be written: \(failure).")
            throw failed
        } catch {
            let isFull = Problem(describing: error, requestID: "").code == .storageFull
            complain(isFull ? "The disk is full. Free some space and try again; nothing was lost." : "\(error)")
            throw isFull ? diskFull : code(for: error)
        }
    }

    static func complain(_ text: String) { write("pannier-server: \(text)\n") }

    /// To stderr, as it stands. Where that cannot be written, there is nobody to tell.
    static func write(_ text: String) { try? StandardStreams.write(Array(text.utf8), to: STDERR_FILENO) }

    /// A line of what was asked for.
    /// - Throws: `StreamFailure`.
    static func say(_ text: String) throws { try StandardStreams.write(Array("\(text)\n".utf8), to: STDOUT_FILENO) }

    private static func code(for error: any Error) -> ExitCode {
        switch error {
        case is MetadataError: badDatabase
        case DataFolderError.inUse, is AdminClientError: inUse
        case is KeyFileError, is DataFolderError: badKeys
        case StartError.notLoopback, StartError.plainPublicURL: ExitCode.validationFailure
        default: failed
        }
    }
}

extension Logger {
    /// To stderr; warnings and worse, unless LOG_LEVEL says otherwise.
    static func server() -> Logger {
        var logger = Logger(label: "pannier-server") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel =
            ProcessInfo.processInfo.environment["LOG_LEVEL"].flatMap { Logger.Level(rawValue: $0) } ?? .warning
        return logger
    }
}
