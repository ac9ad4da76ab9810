package io.github.sallyport.audit;

import java.util.Optional;

/** Seals what the table of events holds: who has no secret of the server's can make no seal. */
public interface Seals {
  /** The id of what nothing is sealed with. */
  String NONE = "";

  /** Where there is no secret: nothing is sealed, and nothing can be told apart from a forgery. */
  Seals OFF =
      new Seals() {
        @Override
        public String newest() {
          return NONE;
        }

        @Override
        public Optional<String> seal(String id, byte[] bytes) {
          return id.equals(NONE) ? Optional.of("") : Optional.empty();
        }
      };

  /** The public id of the secret with which new seals are made; {@link #NONE}: there is none. */
  String newest();

  /**
   * The seal of these bytes, in hex.
   *
   * @return empty: the secret of this id is not known
   */
  Optional<String> seal(String id, byte[] bytes);
}
