package io.github.sallyport.sample;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.eclipse.microprofile.config.ConfigProvider;

/** Says at each start that the pepper in force is the one that everybody can read in the sample. */
@WebListener
public final class DemoPepperWarning implements ServletContextListener {
  private static final System.Logger LOG = System.getLogger("sallyport.sample");
  private static final String PEPPER = "sallyport.api-key.pepper";

  @Override
  public void contextInitialized(ServletContextEvent event) {
    boolean demo =
        ConfigProvider.getConfig()
            .getOptionalValue(PEPPER, String.class)
            .filter(demoPepper()::equals)
            .isPresent();
    if (demo) {
      LOG.log(
          System.Logger.Level.WARNING,
          PEPPER
              + " is the sample's, which is public. Set SALLYPORT_API_KEY_PEPPER to base64url of 32"
              + " random bytes before any key matters.");
    }
  }

  private static String demoPepper() {
    try (InputStream in =
        DemoPepperWarning.class.getResourceAsStream("/META-INF/microprofile-config.properties")) {
      Properties shipped = new Properties();
      shipped.load(in);
      return shipped.getProperty(PEPPER, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
