package import PannierCore
package import PannierMirror

extension SyncAgenda {
    /// What people are told.
    package struct State: Sendable, Hashable {
        /// How often all was looked at since the beginning.
        package var passes = 0
        package var hasPassed: Bool { passes > 0 }
        package var isPaused = false
        /// Somebody is signed in, so that requests can be sent. Whether the server answers is another matter.
        package var isConnected = false
        /// The folder is not there, or the mirror does not work.
        package var problem: Problem?
        /// The server has refused a request as a whole, has answered none since, and is still to be asked for something.
        /// Everything else goes on.
        package var refusal: Problem?
        /// The last plan was empty, nothing was heard of since, and nothing is left to look at.
        package var isSame = false
        /// What the last plan was about waits for a person.
        package var isWaiting = false
        /// Something of it waits to be tried again.
        package var isLeavingOut = false
        /// Something is to be looked at later: it is being written, or cannot be read now.
        package var isLookingLater = false
        /// Another plan is to be made soon: what was told of the last one may be past.
        package var isPlanWanted = false
        /// What is waited for to come to rest.
        package var beingWritten: BeingWritten?
        package var held = Deletions()
        /// Files are being sent or fetched.
        package var isUnderWay = false
        /// How often all is looked at that is not watched; nil: not known yet.
        package var looksEvery: Milliseconds?
        /// Of words to read every file anew: how many were heard, and up to which one that was done.
        package var verificationsAsked = 0
        package var verifications = 0
        /// Of words to look at all anew: how many were heard, and up to which one that was done.
        package var looksAsked = 0
        package var looksDone = 0
        /// The last answered look at the server that was told of; 0: none.
        package var lastServerLook = 0
        /// How often both sides have become the same.
        package var timesSame = 0
        /// As of when they are; nil while they are not, or that is not known.
        package var sameAsOf: ServerLook?
        /// Where something is still to be looked at.
        package var restless = RestlessFolders()

        package init() {}
    }
}

/// Folders in which something was heard of, or is to be looked at (again). Of many only some are named.
package struct RestlessFolders: Sendable, Hashable {
    package private(set) var folders: Set<LocalID> = []
    /// There are others.
    package var areMore = false

    private static let most = 256

    package init() {}

    package mutating func add(_ more: some Sequence<LocalID>) {
        for folder in more where !folders.contains(folder) {
            guard folders.count < Self.most else {
                areMore = true
                return
            }
            folders.insert(folder)
        }
    }
}
