import CLinux
import PannierTransfer

extension DiskTree {
    /// As people call it; nil for a rare one.
    package var fileSystemName: String? { magic.flatMap { Self.names[$0] } }

    /// FAT and exFAT have no numbers of their own, and get others at each mount; so do many that are beneath FUSE.
    package var keepsNumbers: Bool { magic.map { !Self.numberedAnew.contains($0) } ?? true }

    private var magic: UInt32? {
        var magic: UInt32 = 0
        return pannier_file_system(root.number, &magic) == 0 ? magic : nil
    }

    private static let numberedAnew: Set<UInt32> = [0x4D44, 0x2011_BAB0, 0x6573_5546]

    /// By the magic numbers of linux/magic.h and the drivers.
    private static let names: [UInt32: String] = [
        0xEF53: "ext4", 0x5846_5342: "XFS", 0x9123_683E: "btrfs", 0xF2F5_2010: "F2FS", 0x2FC1_2FC1: "ZFS",
        0xCA45_1A4E: "bcachefs", 0x0102_1994: "tmpfs", 0x794C_7630: "overlayfs", 0x6573_5546: "FUSE",
        0x6969: "NFS", 0xFF53_4D42: "SMB", 0xFE53_4D42: "SMB", 0x0102_1997: "9P", 0x00C3_6400: "Ceph",
        0x4D44: "FAT", 0x2011_BAB0: "exFAT", 0x5346_544E: "NTFS", 0x7366_746E: "NTFS", 0xF15F: "eCryptfs",
    ]
}
