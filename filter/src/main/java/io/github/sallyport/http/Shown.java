package io.github.sallyport.http;

import io.github.sallyport.Credential;
import io.github.sallyport.Refused;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What came of looking for a credential: absent, malformed and present are three facts. */
sealed interface Shown {

  /** None of ours was there. */
  record Nothing() implements Shown {}

  /**
   * Something was there that is no credential, or more than one.
   *
   * @param schemes by which it came
   * @param hasKey whether an API key's place was among them
   */
  record Unreadable(Refused why, Set<Scheme> schemes, boolean hasKey) implements Shown {}

  /**
   * A credential was there.
   *
   * @param headers the names of exactly those headers that it was read from
   * @param cookie the name of the cookie that it was read from; null: from none
   * @param keyScheme by which the API key came; {@link Scheme#BEARER} where there is no key
   */
  record Presented(
      Credential credential, Set<String> headers, @Nullable String cookie, Scheme keyScheme)
      implements Shown {}
}
