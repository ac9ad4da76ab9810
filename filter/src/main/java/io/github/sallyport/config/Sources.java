package io.github.sallyport.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.eclipse.microprofile.config.spi.ConfigProviderResolver;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * Where texts come from: the filter's init parameters, then MicroProfile Config.
 *
 * <p>Everything is read as text, so that no converter of somebody else's can put a secret into its
 * message.
 */
final class Sources {
  private final Map<String, String> initParameters;
  private final @Nullable Config config;
  private final Map<String, String> environment;

  private Sources(
      Map<String, String> initParameters,
      @Nullable Config config,
      Map<String, String> environment) {
    this.initParameters = Map.copyOf(initParameters);
    this.config = config;
    this.environment = Map.copyOf(environment);
  }

  /**
   * @param application the loader of the web application: the config it gets is the application's
   *     own, which we neither register nor release
   */
  static Sources of(
      Map<String, String> initParameters,
      ClassLoader application,
      Map<String, String> environment) {
    return new Sources(initParameters, config(application), environment);
  }

  private static @Nullable Config config(ClassLoader application) {
    ConfigProviderResolver resolver;
    try {
      resolver = ConfigProviderResolver.instance();
    } catch (IllegalStateException noImplementation) {
      return null;
    }
    return resolver.getConfig(application);
  }

  /** Tells whether an implementation of MicroProfile Config is there. */
  boolean hasConfig() {
    return config != null;
  }

  /**
   * Finds what was set, as it is.
   *
   * @throws UnresolvableException if it refers to something that is not there
   */
  Optional<String> find(String name) throws UnresolvableException {
    String parameter = initParameters.get(name);
    if (parameter != null) {
      // MicroProfile Config does not see init parameters: what the container left stays as it is.
      if (parameter.contains("${")) throw new UnresolvableException();
      return Optional.of(parameter);
    }
    return config == null ? Optional.empty() : inConfig(config, name);
  }

  private static Optional<String> inConfig(Config config, String name)
      throws UnresolvableException {
    ConfigValue value;
    try {
      value = config.getConfigValue(name);
    } catch (NoSuchElementException | IllegalArgumentException e) {
      throw new UnresolvableException();
    }
    if (isUnresolved(value)) throw new UnresolvableException();
    return Optional.ofNullable(value.getValue());
  }

  /**
   * Tells whether an expression leads nowhere: implementations then answer no value though there is
   * a text, or the text as it is. (An expression that was escaped loses its backslash.)
   */
  private static boolean isUnresolved(ConfigValue value) {
    String raw = value.getRawValue();
    if (value.getValue() == null) return raw != null;
    return value.getValue().equals(raw) && raw.contains("${");
  }

  /** The names of sources other than the environment. */
  Set<String> names() {
    Set<String> names = new TreeSet<>(initParameters.keySet());
    if (config == null) return names;
    // What the config lists includes the environment's names, guessed back from their spelling.
    for (String name : config.getPropertyNames()) {
      if (!isEnvironments(name)) names.add(name);
    }
    // A file's name counts also where a variable overrides its value.
    for (ConfigSource source : config.getConfigSources()) {
      Set<String> own = source.getPropertyNames();
      if (own != null && own.stream().noneMatch(this::isOurVariable)) names.addAll(own);
    }
    return names;
  }

  private boolean isOurVariable(String name) {
    return Names.isOursAsVariable(name) && environment.containsKey(name);
  }

  /** Tells whether the filter's registration has it. */
  boolean isInitParameter(String name) {
    return initParameters.containsKey(name);
  }

  /** The variables of the environment. */
  Set<String> variables() {
    return environment.keySet();
  }

  /** Tells whether a name counts as the environment's: one of its spellings is a variable. */
  boolean isEnvironments(String name) {
    return !initParameters.containsKey(name) && spellings(name).anyMatch(environment::containsKey);
  }

  /** The variables that MicroProfile Config looks for, in its order. */
  static Stream<String> spellings(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9]", "_");
    return List.of(name, plain, plain.toUpperCase(Locale.ROOT)).stream();
  }

  /** A value refers to something that is not there. It says no more: the value may be a secret. */
  static final class UnresolvableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnresolvableException() {
      super("unresolvable expression", null, false, false);
    }
  }
}
