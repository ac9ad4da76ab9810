package io.github.sallyport.sample;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jboss.arquillian.container.spi.ConfigurationException;
import org.jboss.arquillian.container.spi.client.container.ContainerConfiguration;
import org.jboss.arquillian.container.spi.client.container.DeployableContainer;
import org.jboss.arquillian.container.spi.client.container.DeploymentException;
import org.jboss.arquillian.container.spi.client.protocol.ProtocolDescription;
import org.jboss.arquillian.container.spi.client.protocol.metadata.ProtocolMetaData;
import org.jboss.arquillian.core.spi.LoadableExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.jboss.shrinkwrap.descriptor.api.Descriptor;
import org.jspecify.annotations.Nullable;

/** Jetty for Arquillian, which has no adapter that works with Jetty 12. */
public final class JettyContainer implements DeployableContainer<JettyContainer.Settings> {
  private Settings settings = new Settings();
  private @Nullable RunningJetty jetty;

  @Override
  public Class<Settings> getConfigurationClass() {
    return Settings.class;
  }

  @Override
  public void setup(Settings configuration) {
    settings = configuration;
  }

  @Override
  public void start() {
    jetty =
        RunningJetty.start(
            Path.of(settings.home),
            settings.environment,
            List.of("http2c", "%s-cdi", "%s-jsp", "%s-websocket-jakarta"),
            Path.of(settings.base),
            settings.port,
            List.of(settings.arguments.strip().split("\\s+")));
  }

  @Override
  public void stop() {
    running().close();
  }

  private RunningJetty running() {
    return Objects.requireNonNull(jetty, "it was not started");
  }

  @Override
  public ProtocolDescription getDefaultProtocol() {
    return ProtocolDescription.DEFAULT;
  }

  @Override
  public ProtocolMetaData deploy(Archive<?> archive) throws DeploymentException {
    try {
      running().deploy(archive.as(WebArchive.class));
    } catch (IllegalStateException e) {
      throw new DeploymentException(archive.getName(), e);
    }
    return new ProtocolMetaData();
  }

  @Override
  public void undeploy(Archive<?> archive) {
    running().undeploy(archive.getName());
  }

  @Deprecated
  @Override
  public void deploy(Descriptor descriptor) {
    throw new UnsupportedOperationException();
  }

  @Deprecated
  @Override
  public void undeploy(Descriptor descriptor) {
    throw new UnsupportedOperationException();
  }

  /** What {@code arquillian.xml} says of it. */
  public static final class Settings implements ContainerConfiguration {
    private String home = "";
    private String environment = "";
    private String base = "";
    private String arguments = "";
    private int port;

    /** Where the distribution is. */
    public void setHome(String home) {
      this.home = home;
    }

    /** The level of Jakarta EE, as Jetty calls its modules: {@code ee10}. */
    public void setEnvironment(String environment) {
      this.environment = environment;
    }

    /** A folder for what runs. */
    public void setBase(String base) {
      this.base = base;
    }

    /** For the JVM, with spaces between them. */
    public void setArguments(String arguments) {
      this.arguments = arguments;
    }

    public void setPort(int port) {
      this.port = port;
    }

    @Override
    public void validate() throws ConfigurationException {
      if (port == 0) throw new ConfigurationException("port is missing");
    }
  }

  /** Registers it. */
  public static final class Extension implements LoadableExtension {
    @Override
    public void register(ExtensionBuilder builder) {
      builder.service(DeployableContainer.class, JettyContainer.class);
    }
  }
}
