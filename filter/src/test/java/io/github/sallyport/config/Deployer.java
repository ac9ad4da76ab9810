package io.github.sallyport.config;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.eclipse.microprofile.config.spi.ConfigProviderResolver;
import org.jspecify.annotations.Nullable;

/** What a deployer writes down, and a deployment with it: SmallRye Config reads all of it. */
final class Deployer {
  private final Map<String, String> initParameters = new LinkedHashMap<>();
  private final Map<String, String> file = new LinkedHashMap<>();
  private final Map<String, String> environment = new LinkedHashMap<>();

  private @Nullable String missing;

  Deployer() {
    // Every environment has it, and it is none of ours.
    environment.put("PATH", "/bin");
  }

  Deployer initParameter(String name, String value) {
    initParameters.put(name, value);
    return this;
  }

  /** A line in a file: {@code META-INF/microprofile-config.properties} or any other source. */
  Deployer property(String name, String value) {
    file.put(name, value);
    return this;
  }

  Deployer properties(Map<String, String> properties) {
    file.putAll(properties);
    return this;
  }

  Deployer variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** An application that has not got a library. */
  Deployer without(String packages) {
    missing = packages;
    return this;
  }

  SallyportSettings deploy() {
    return inApplication(
        application -> SettingsReader.read(initParameters, application, environment));
  }

  /** What CDI would act on, before the deployment opens. */
  Mechanism mechanism() {
    return inApplication(Mechanism::configured);
  }

  boolean jsr250() {
    return inApplication(Jsr250Setting::isOn);
  }

  private <T> T inApplication(Function<ClassLoader, T> task) {
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .withSources(new PropertiesConfigSource(file, "a file", 100))
            .withSources(new EnvConfigSource(environment, 300))
            .build();
    ConfigProviderResolver resolver = ConfigProviderResolver.instance();
    ClassLoader application =
        new URLClassLoader(new URL[0], Deployer.class.getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (missing != null && name.startsWith(missing)) throw new ClassNotFoundException(name);
            return super.loadClass(name, resolve);
          }
        };
    resolver.registerConfig(config, application);
    try {
      return task.apply(application);
    } finally {
      resolver.releaseConfig(config);
    }
  }

  /** The lines of the report that this deployment ends with. */
  List<String> mistakes() {
    try {
      deploy();
    } catch (ConfigurationException e) {
      return e.mistakes();
    }
    throw new AssertionError("deployed without a mistake");
  }
}
