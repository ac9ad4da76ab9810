package io.github.sallyport.jwt;

import io.github.sallyport.cache.Remembered;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that verified lately, each by the SHA-256 of its text, so that a heap dump is no list
 * of tokens. A token is verified once, by however many threads it is shown at the same time. What
 * did not verify is not remembered: a stranger could fill the place with it.
 */
final class VerifiedTokens {
  private final Remembered<VerifiedToken> remembered;
  private final Map<String, CompletableFuture<VerifiedToken>> running = new ConcurrentHashMap<>();

  VerifiedTokens(Remembered<VerifiedToken> remembered) {
    this.remembered = remembered;
  }

  /** Verifies a token, with all that this costs. */
  @FunctionalInterface
  interface Verification {
    VerifiedToken verify(String text) throws TokenFault;
  }

  /**
   * Recalls a token, or verifies it.
   *
   * @param current tells of one that is remembered whether it would verify still
   */
  VerifiedToken find(String text, Predicate<VerifiedToken> current, Verification verification)
      throws TokenFault {
    String digest = sha256(text);
    VerifiedToken known = recall(digest, current);
    if (known != null) return known;
    CompletableFuture<VerifiedToken> mine = new CompletableFuture<>();
    CompletableFuture<VerifiedToken> others = running.putIfAbsent(digest, mine);
    if (others != null) return await(others);
    try {
      // Again: who verified it meanwhile was done between our look and our turn.
      VerifiedToken verified = recall(digest, current);
      if (verified == null) {
        verified = verification.verify(text);
        remembered.put(digest, verified);
      }
      mine.complete(verified);
      return verified;
    } catch (TokenFault | RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      running.remove(digest);
    }
  }

  private @Nullable VerifiedToken recall(String digest, Predicate<VerifiedToken> current) {
    VerifiedToken known = remembered.get(digest);
    return known != null && current.test(known) ? known : null;
  }

  private static VerifiedToken await(CompletableFuture<VerifiedToken> others) throws TokenFault {
    try {
      return others.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof TokenFault fault) throw fault;
      if (e.getCause() instanceof RuntimeException fault) throw fault;
      throw e;
    }
  }

  static String sha256(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
