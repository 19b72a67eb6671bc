import PannierCore
import SeededRandom
import Testing

import PannierChunks

@Suite struct CryptoTests {
    /// FIPS 180-4 examples.
    @Test func digestOfKnownBytes() {
        #expect(
            SHA256Digest.of(Array("abc".utf8)).description
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            SHA256Digest.of([]).description == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func digestInPieces() {
        var generator = SeededGenerator.fromEnvironment()
        let bytes = generator.bytes(10_000)
        var digest = SHA256Digest()
        var reused = SHA256Digest()
        bytes.withUnsafeBytes { buffer in
            var position = 0
            while position < bytes.count {
                let end = min(bytes.count, position + Int.random(in: 0...300, using: &generator))
                digest.update(buffer.slice(position..<end))
                position = end
            }
            reused.update(buffer.slice(0..<77))
            #expect(reused.digest(buffer) == SHA256Digest.of(buffer))
            reused.update(buffer)
        }
        #expect(reused.finish() == SHA256Digest.of(bytes))
        #expect(digest.finish() == SHA256Digest.of(bytes))
    }

    /// RFC 4231, cases 2 and 6.
    @Test func codeOfKnownBytes() {
        #expect(
            Hexadecimal.text(of: HMACSHA256.code(key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8)))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let long = HMACSHA256.code(
            key: [UInt8](repeating: 0xAA, count: 131),
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8))
        #expect(Hexadecimal.text(of: long) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    /// RFC 7914, section 12, second vector.
    @Test func scryptOfKnownPassword() throws {
        let key = try Scrypt.derive(
            password: Array("password".utf8), salt: Array("NaCl".utf8), costExponent: 10, blockSize: 8, parallel: 16)
        #expect(Hexadecimal.text(of: key) == "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162")
    }

    @Test(arguments: [(0, 8, 3), (25, 8, 1), (15, 0, 1), (15, 8, 0), (24, 64, 1), (-1, 8, 1)])
    func scryptRefusesWhatWouldTakeTheMachine(parameters: (Int, Int, Int)) {
        #expect {
            try Scrypt.derive(
                password: [1], salt: [2], costExponent: parameters.0, blockSize: parameters.1, parallel: parameters.2)
        } throws: { error in
            if case .invalidParameters = error as? ChunkError { true } else { false }
        }
    }

    @Test func sealOfKnownBytes() throws {
        let sealed = try AESGCM.seal(
            Array("value".utf8), key: Vectors.packKey, associated: Array("associated".utf8), nonce: Vectors.nonce(0))
        #expect(Hexadecimal.text(of: sealed) == "000102030405060708090a0be9ca5439d8e399f4c1e5941b4bbb72919b72da788e")
        #expect(
            try AESGCM.open(sealed, key: Vectors.packKey, associated: Array("associated".utf8)) == Array("value".utf8))
    }

    @Test func sealHoldsEveryBit() throws {
        let key = RandomBytes.make(32)
        let sealed = try AESGCM.seal([1, 2, 3], key: key, associated: [4])
        #expect(try AESGCM.open(sealed, key: key, associated: [4]) == [1, 2, 3])
        for bit in 0..<sealed.count * 8 {
            var altered = sealed
            altered[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: ChunkError.sealBroken(.value)) { try AESGCM.open(altered, key: key, associated: [4]) }
        }
        #expect(throws: ChunkError.sealBroken(.value)) { try AESGCM.open(sealed, key: key, associated: [5]) }
        #expect(throws: ChunkError.sealBroken(.value)) { try AESGCM.open(sealed, key: key, associated: []) }
        #expect(throws: ChunkError.truncated(.value)) {
            try AESGCM.open(Array(sealed.prefix(27)), key: key, associated: [4])
        }
        #expect(throws: ChunkError.invalidKey) { try AESGCM.open(sealed, key: [1], associated: [4]) }
        #expect(throws: ChunkError.invalidKey) { try AESGCM.seal([1], key: key + [0], associated: []) }
    }

    @Test func sealOfNothing() throws {
        let key = RandomBytes.make(32)
        let sealed = try AESGCM.seal([], key: key, associated: [])
        #expect(sealed.count == 28)
        #expect(try AESGCM.open(sealed, key: key, associated: []) == [])
    }

    @Test func noncesAndKeysAreFresh() throws {
        let key = RandomBytes.make(32)
        let sealed = try (0..<100).map { _ in Array(try AESGCM.seal([], key: key, associated: []).prefix(12)) }
        #expect(Set(sealed).count == 100)
        #expect(Set((0..<100).map { _ in PackKey.random().bytes }).count == 100)
        #expect(RandomBytes.make(0) == [])
    }

    @Test func equality() {
        #expect(ConstantTime.equal([1, 2], [1, 2]))
        #expect(ConstantTime.equal([], []))
        #expect(!ConstantTime.equal([1, 2], [1, 3]))
        #expect(!ConstantTime.equal([1, 2], [1, 2, 3]))
    }

    @Test func aKeyDoesNotStrayIntoALog() {
        let key = PackKey.random()
        var dumped = ""
        dump(key, to: &dumped)
        #expect("\(key)\(String(reflecting: key))\(dumped)".contains("\(key.bytes[0]), \(key.bytes[1])") == false)
        #expect(PackKey(bytes: Array(key.bytes.dropLast())) == nil)
        #expect(PackKey(bytes: key.bytes)?.bytes == key.bytes)
    }
}
