import PannierChunks
import PannierCore
import PannierServer
import Testing

@Suite struct ServerKeysTests {
    private let keys = ServerKeys.make()
    private let namespace = NamespaceID.random()
    private let pack = PackID.random()

    @Test func aWrappedKeyComesBackInItsPlaceOnly() throws {
        let key = RandomBytes.make(32)
        let wrapped = try keys.wrap(packKey: key, namespace: namespace, pack: pack)
        #expect(try keys.unwrap(packKey: wrapped, namespace: namespace, pack: pack) == key)
        #expect(throws: ChunkError.self) {
            try keys.unwrap(packKey: wrapped, namespace: namespace, pack: PackID.random())
        }
        #expect(throws: ChunkError.self) {
            try keys.unwrap(packKey: wrapped, namespace: NamespaceID.random(), pack: pack)
        }
        #expect(wrapped.count == 1 + 8 + 12 + 32 + 16)
        #expect(wrapped.firstRange(of: key) == nil)
    }

    @Test func everyAlteredByteIsNoticed() throws {
        let wrapped = try keys.wrap(packKey: RandomBytes.make(32), namespace: namespace, pack: pack)
        for index in wrapped.indices {
            var altered = wrapped
            altered[index] ^= 0x40
            #expect(throws: (any Error).self) { try keys.unwrap(packKey: altered, namespace: namespace, pack: pack) }
        }
        for count in 0..<wrapped.count {
            #expect(throws: (any Error).self) {
                try keys.unwrap(packKey: Array(wrapped.prefix(count)), namespace: namespace, pack: pack)
            }
        }
    }

    @Test func afterARotationBothKeysOpenAndTheNewOneWraps() throws {
        let key = RandomBytes.make(32)
        let old = try keys.wrap(packKey: key, namespace: namespace, pack: pack)
        let rotated = ServerKeys(
            masters: keys.masters + [ServerKeys.Master(id: 7, bytes: RandomBytes.make(32))], cursor: keys.cursor,
            store: keys.store)
        #expect(try rotated.unwrap(packKey: old, namespace: namespace, pack: pack) == key)
        let new = try rotated.wrap(packKey: key, namespace: namespace, pack: pack)
        #expect(throws: ServerKeyError.unknownMaster(7)) {
            try keys.unwrap(packKey: new, namespace: namespace, pack: pack)
        }
    }

    @Test func aCursorIsBoundToItsAccount() throws {
        let account = AccountID.random()
        let text = try keys.seal(cursor: [1, 2, 3], account: account)
        #expect(keys.open(cursor: text, account: account) == [1, 2, 3])
        #expect(keys.open(cursor: text, account: AccountID.random()) == nil)
        #expect(ServerKeys.make().open(cursor: text, account: account) == nil)
        #expect(keys.open(cursor: text + "A", account: account) == nil)
        #expect(keys.open(cursor: "", account: account) == nil)
        #expect(keys.open(cursor: "not base64!", account: account) == nil)
    }

    @Test func base64URLHasOneSpelling() {
        for count in 0..<40 {
            let bytes = RandomBytes.make(count)
            #expect(Base64URL.bytes(of: Base64URL.text(of: bytes)) == bytes)
        }
        // The last digit's unused bits must be zero; padding and the other alphabet are not taken.
        for wrong in ["AB", "AA==", "+/+/", "A", "A A"] { #expect(Base64URL.bytes(of: wrong) == nil, "\(wrong)") }
    }
}
