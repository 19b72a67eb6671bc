package import Foundation

/// How it stands with a chunk of a transfer. The first in this list wins where several share a cell.
package enum ChunkState: String, Codable, CodingKeyRepresentable, Sendable, CaseIterable, Comparable {
    /// Could not be sent or fetched.
    case failed
    /// Has still to be sent or fetched; also what has not been read yet.
    case waiting
    /// On its way.
    case moving
    /// Sent, but the server has not acknowledged it; fetched, but not yet in its file.
    case unsure
    /// Sent and acknowledged; fetched and verified.
    case sure
    /// Was there already and did not cross the network.
    case there

    package static func < (left: Self, right: Self) -> Bool {
        allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
    }
}

/// All chunks of a transfer in the order of its files, in so many cells.
package struct ChunkMap: Codable, Sendable, Hashable {
    package var transfer: TransferID
    /// Chunks, or files for which chunks are not known yet, by state.
    package var counts: [ChunkState: Int64]
    /// One for each cell: the worst of its chunks. Cells cover equal numbers of plain bytes.
    package var cells: [ChunkState]
    /// Plain bytes that a cell stands for.
    package var bytesPerCell: Int64
    /// Chunks that are known; more may follow while files are still being read.
    package var chunks: Int64

    package init(
        transfer: TransferID, counts: [ChunkState: Int64], cells: [ChunkState], bytesPerCell: Int64, chunks: Int64
    ) {
        self.transfer = transfer
        self.counts = counts
        self.cells = cells
        self.bytesPerCell = bytesPerCell
        self.chunks = chunks
    }
}

/// The worst chunk of one cell.
package struct ChunkDetail: Codable, Sendable, Hashable {
    package var state: ChunkState
    /// The file that it belongs to: its path below the transfer's top, or its name.
    package var file: String
    /// In the file, in bytes.
    package var offset: Int64
    package var length: Int
    /// Nil while the file has not been read so far.
    package var fingerprint: Fingerprint?
    package var problem: Problem?
    package init(
        state: ChunkState, file: String, offset: Int64, length: Int, fingerprint: Fingerprint? = nil,
        problem: Problem? = nil
    ) {
        self.state = state
        self.file = file
        self.offset = offset
        self.length = length
        self.fingerprint = fingerprint
        self.problem = problem
    }
}

/// Where a transfer goes in the queue of its direction.
package enum Reorder: String, Codable, Sendable {
    case up, down
    /// Before all others; what runs lower in the queue waits.
    case first
    case last
}

/// Bytes a second that the network may carry in each direction; nil is no limit. Kept with the profile.
package struct TransferLimits: Codable, Sendable, Hashable {
    package var upload: Int64?
    package var download: Int64?
    package init(upload: Int64? = nil, download: Int64? = nil) {
        self.upload = upload
        self.download = download
    }
}

/// What an upload would send, found by reading the files and asking the server, nothing being sent.
package struct Estimate: Codable, Sendable, Hashable {
    /// As the screen named it.
    package var number: Int64
    package var files: Int64
    /// Plain bytes of all files found so far.
    package var bytes: Int64
    /// Of these, what was read and asked for.
    package var examined: Int64
    /// Of what was examined, what is on the server already.
    package var there: Int64
    /// Nothing more will come.
    package var isOver: Bool
    package var problem: Problem?
    package init(
        number: Int64, files: Int64 = 0, bytes: Int64 = 0, examined: Int64 = 0, there: Int64 = 0, isOver: Bool = false,
        problem: Problem? = nil
    ) {
        self.number = number
        self.files = files
        self.bytes = bytes
        self.examined = examined
        self.there = there
        self.isOver = isOver
        self.problem = problem
    }
}

/// A piece of a file's content, verified.
package struct FilePart: Codable, Sendable, Hashable {
    /// Of the content that the piece is of; another one means that the file has changed.
    package var version: VersionID
    package var offset: Int64
    package var size: Int64
    package var bytes: Data
    package init(version: VersionID, offset: Int64, size: Int64, bytes: Data) {
        self.version = version
        self.offset = offset
        self.size = size
        self.bytes = bytes
    }
}

/// A server that answered before anybody signed in.
package struct ServerProbe: Codable, Sendable, Hashable {
    /// As a sign-in keeps it: with scheme, without a slash at the end.
    package var address: String
    package var latencyMilliseconds: Int
    package var isEncrypted: Bool
    package init(address: String, latencyMilliseconds: Int, isEncrypted: Bool) {
        self.address = address
        self.latencyMilliseconds = latencyMilliseconds
        self.isEncrypted = isEncrypted
    }
}
