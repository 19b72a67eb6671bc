internal import PannierChunks
internal import PannierCore

/// Compresses and seals chunks into the pack under way. One core's worth of work, on a thread of its own.
actor PackSealer {
    /// What one go brought.
    struct Step: Sendable {
        /// Chunks taken into a pack, from the first on.
        var consumed = 0
        /// A pack that became full, to which the chunk behind the last consumed one did not belong any more.
        var pack: FinishedPack?
        /// Chunks in the pack under way.
        var open = 0
        /// Why the chunk behind the last consumed one cannot be sealed; it is to be left out.
        var failure: Problem?
        /// Chunks taken in before whose pack could not be ended, and why. They are in no pack.
        var lost: (chunks: [Fingerprint], problem: Problem)?
    }

    private let executor = BlockingExecutor("seal")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Bytes of a pack. A chunk that is larger gets one of its own.
    static let packBytes = 8 << 20

    private var writer: PackWriter?
    /// What lies in the pack under way.
    private var inWriter: [Fingerprint] = []

    /// Takes chunks in until they are all in or a pack is full.
    func seal(_ pieces: [Piece]) -> Step {
        var step = Step()
        do throws(ChunkError) {
            for piece in pieces {
                var writer = self.writer.take() ?? PackWriter(capacity: Self.packBytes)
                guard writer.fits(piece.bytes.count) else {
                    finish(writer, &step)
                    return step
                }
                let failure = Self.append(piece, to: &writer)
                self.writer = consume writer
                if let failure { throw failure }
                inWriter.append(piece.fingerprint)
                step.consumed += 1
            }
        } catch {
            step.failure = Self.problem(error)
        }
        step.open = writer?.chunkCount ?? 0
        return step
    }

    private static func append(_ piece: Piece, to writer: inout PackWriter) -> ChunkError? {
        do throws(ChunkError) {
            try piece.bytes.withUnsafeBufferPointer { (bytes) throws(ChunkError) in
                try writer.append(
                    UnsafeRawBufferPointer(bytes), fingerprint: piece.fingerprint, choice: piece.choice)
            }
            return nil
        } catch {
            return error
        }
    }

    /// Ends the pack under way, however full it is.
    func flush() -> Step {
        var step = Step()
        guard let writer = self.writer.take() else { return step }
        finish(writer, &step)
        return step
    }

    private func finish(_ writer: consuming PackWriter, _ step: inout Step) {
        let chunks = inWriter
        inWriter = []
        do throws(ChunkError) {
            step.pack = try writer.finish()
        } catch {
            step.lost = (chunks, Self.problem(error))
        }
    }

    private static func problem(_ error: ChunkError) -> Problem {
        Problem(
            .localFileUnreadable, "A piece of the file could not be sealed: \(error)",
            detail: "Nothing wrong was sent. If it stays, check this machine's memory.")
    }
}
