//! Tokens: what sessions and enrolment tickets are opened with.

use contracts::auth::SecretToken;
use platform::randomness::Randomness;
use sha2::{Digest as _, Sha256};

/// How many random bytes a token has: 256 bits cannot be guessed.
const TOKEN_BYTES: usize = 32;

/// Draws a new token, to be given away, and its hash, to be kept.
pub(crate) fn draw(randomness: &Randomness) -> (SecretToken, TokenHash) {
    let token: [u8; TOKEN_BYTES] = randomness.bytes();
    (SecretToken(hex::encode(token)), TokenHash::of_bytes(token))
}

/// What is stored of a token: who reads the database learns no token. The token is random, so a plain hash is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash of a token. `None` for a text that no token looks like; it need not be looked up.
    pub(crate) fn of(token: &SecretToken) -> Option<Self> {
        let mut bytes = [0; TOKEN_BYTES];
        hex::decode_to_slice(&token.0, &mut bytes).ok()?;
        Some(Self::of_bytes(bytes))
    }

    /// The hash as it is stored.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn of_bytes(token: [u8; TOKEN_BYTES]) -> Self {
        Self(Sha256::digest(token).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_256_bits_of_chance() {
        let randomness = Randomness::seeded(1);
        let ((one, hash_of_one), (other, hash_of_other)) = (draw(&randomness), draw(&randomness));
        assert_eq!(one.0.len(), 64);
        assert_ne!(one, other);
        assert_ne!(hash_of_one, hash_of_other);
        assert_eq!(TokenHash::of(&one), Some(hash_of_one));
    }

    #[test]
    fn the_hash_is_sha_256_of_the_bytes() {
        let hash = TokenHash::of(&SecretToken("00".repeat(32))).expect("a token");
        assert_eq!(hex::encode(hash.as_bytes()), "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
    }

    #[test]
    fn other_texts_have_no_hash() {
        for text in ["", "00", &"0".repeat(63), &"g".repeat(64), &"00".repeat(33)] {
            assert_eq!(TokenHash::of(&SecretToken(text.to_owned())), None, "{text}");
        }
    }
}
