/// What could be wrong with pannier, planted on purpose: a simulation that does not find it lacks something. The code that is
/// tested stays free of them; each is planted between two of its parts, or in the tables that they share.
package enum Mistake: String, CaseIterable, Sendable {
    // The disk.
    /// Changed names are never made durable.
    case skipsNameSync
    /// What was fetched is given its place before its bytes are durable.
    case skipsContentSync
    /// Changed names are made durable only after the mirror has said that they are.
    case syncsAfterCommit
    /// A listing that fails in its midst is taken for a whole one.
    case believesHalfListing
    /// A folder that cannot be listed is taken for an empty one.
    case takesFailureForEmpty
    /// What a fetched file has taken the place of is not looked at once more.
    case forgetsExchangeCheck
    /// What goes into quarantine is not looked at once more.
    case forgetsDeletionCheck
    /// A fetched file is written over the old one, bit by bit.
    case writesInPlace
    /// A move takes the place of whatever stands there by then.
    case movesOver
    /// What is deleted does not go into quarantine.
    case deletesForGood
    /// A folder is removed with all that is in it by then.
    case removesFullFolders
    /// Quarantine keeps one file of each name.
    case overwritesQuarantine
    /// A file that is changed while it is read is taken for what was read, as it stands after that.
    case tellsTornReads

    // Watching.
    /// “Something was lost” is not heard.
    case ignoresOverflow
    /// A folder is watched only from after the look at it.
    case watchesAfterLooking
    /// Of a name that comes from elsewhere nothing is heard.
    case forgetsArrivals
    /// New folders are not looked into.
    case forgetsNewFolders

    // The mirror.
    /// What was agreed on is not kept.
    case forgetsBase
    /// A new process does not know all that was agreed on.
    case forgetsBaseAtStart
    /// The cursor is moved first, and what it covers is written in another transaction.
    case movesCursorFirst
    /// What was agreed on with a server that was restored from a backup since is held against it.
    case keepsBaseAcrossRestore
    /// A file that has changed still counts for what was read of it before.
    case keepsOldDigest
    /// Of some files it is forgotten that they have changed.
    case forgetsWhatChanged
    /// What is put out of the way is not written down before.
    case parksWithoutIntent
    /// What is put out of the way on the server is not written down.
    case forgetsParkedNodes
    /// A file counts for sent as soon as it is to be sent.
    case agreesWhenQueued
    /// Folders that are still to be listed are forgotten.
    case forgetsWhatIsToList

    // The guard.
    /// However much is deleted, nobody is asked.
    case ignoresGuard
    /// A person's word holds for all that is deleted later.
    case keepsConsent
    /// A person's word is taken for more than was shown.
    case widensConsent

    // Requests.
    /// A new process gives its requests the keys of the last one's.
    case reusesKeys
    /// A deletion that was not answered counts for done.
    case takesSilenceForDone

    // Transfers.
    /// The first pieces of a file are taken for all of it, and it is not compared.
    case takesPartForWhole
    /// What was fetched is not compared.
    case checksNoDigest
    /// What was sent is taken for what the file holds by then.
    case agreesOnWhatIsNow
    /// A pack counts for stored when it was sent.
    case marksPackBeforeStored

    // The service.
    /// A request that comes a second time is carried out a second time.
    case forgetsKeys
    /// A deletion is carried out whatever has changed since it was meant.
    case acceptsStaleDeletion
    /// A version is taken for one that was made of the newest, whatever it was made of.
    case acceptsStaleBase
    /// The last change of a page that has more behind it is left out.
    case skipsChange
    /// A service that was restored from a backup says nothing of that.
    case keepsEpoch
    /// Some answers are given before what they say is written, and it never is.
    case answersBeforeCommit
    /// Every fiftieth change is not written into the journal.
    case leavesGapInJournal
    /// A file keeps its newest version alone.
    case dropsOldVersions
}

extension Mistake {
    /// Those that a plain run of the tests looks for: one of each kind, all found within few seeds.
    package static let sample: [Mistake] = [
        .skipsContentSync, .writesInPlace, .believesHalfListing, .removesFullFolders, .keepsOldDigest,
        .takesPartForWhole, .skipsChange, .forgetsKeys,
    ]
}
