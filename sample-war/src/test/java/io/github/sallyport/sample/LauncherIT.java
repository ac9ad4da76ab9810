package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.sample.Container.Issued;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's way to run the sample: its settings, its data, and its ends. Tomcat's alone: the
 * launcher embeds it.
 */
@Tag("tomcat")
class LauncherIT {
  private static final String WHOAMI = "/api/whoami";
  private static final int BY_SIGTERM = 128 + 15;

  @TempDir Path data;

  @Test
  void itSaysWhereItAnswersAndALineToTryAndEndsCleanlyOnSigterm() throws IOException {
    try (RunningSample sample = RunningSample.start(data)) {
      assertThat(sample.output())
          .contains("The sample answers at http://localhost:" + sample.port() + "/")
          .contains("curl -i -H \"X-API-Key: $(cat " + data.resolve("initial-admin-key") + ")\"");
      get(sample.uri(), "/public/ping").send().isOk();

      assertThat(sample.terminate()).isEqualTo(BY_SIGTERM);

      assertThatThrownBy(() -> new Socket("localhost", sample.port()).close())
          .isInstanceOf(ConnectException.class);
      assertThat(sample.output()).doesNotContain("did not stop cleanly");
      try (var files = Files.list(data)) {
        assertThat(files.map(Path::getFileName).map(Path::toString))
            .noneMatch(name -> name.endsWith(".lock.db"));
      }
    }
  }

  @Test
  void itIsNotOnTheNetwork() throws IOException {
    try (RunningSample sample = RunningSample.start(data)) {
      List<InetAddress> outside =
          NetworkInterface.networkInterfaces()
              .flatMap(NetworkInterface::inetAddresses)
              .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
              .toList();
      for (InetAddress address : outside) {
        assertThatThrownBy(() -> new Socket(address, sample.port()).close())
            .isInstanceOf(IOException.class);
      }
      new Socket("localhost", sample.port()).close();
    }
  }

  @Test
  void theEnvironmentReachesIt() {
    try (RunningSample sample = RunningSample.start(data, "SALLYPORT_REALM", "castle")) {
      assertThat(get(sample.uri(), WHOAMI).send().values("WWW-Authenticate"))
          .hasSize(2)
          .allSatisfy(challenge -> assertThat(challenge).contains("realm=\"castle\""));
    }
  }

  @Test
  void keysSurviveARestart() {
    Issued key;
    String admin;
    try (RunningSample sample = RunningSample.start(data)) {
      admin = sample.adminKey();
      key = Container.issue(sample.uri(), admin, "\"scopes\":[\"orders:read\"]");
      sample.terminate();
    }
    try (RunningSample sample = RunningSample.start(data)) {
      get(sample.uri(), "/api/orders").key(key.key()).send().isOk();
      get(sample.uri(), WHOAMI).key(admin).send().isOk();
      assertThat(sample.adminKey()).isEqualTo(admin);
    }
  }

  @Test
  void aRevocationThatWasAnsweredHoldsThoughThePowerGoesThatInstant() {
    RunningSample sample = RunningSample.start(data);
    try {
      for (int round = 1; round <= 3; round++) {
        Issued key =
            Container.issue(sample.uri(), sample.adminKey(), "\"scopes\":[\"orders:read\"]");
        get(sample.uri(), WHOAMI).key(key.key()).send().isOk();

        Container.revoke(sample.uri(), sample.adminKey(), key.id()).is(204);
        sample.kill();

        sample = RunningSample.start(data);
        get(sample.uri(), WHOAMI).key(key.key()).send().isRefusal(401, "key_revoked");
      }
    } finally {
      sample.close();
    }
  }

  @Test
  void aKeyThatWasAnsweredExistsThoughThePowerGoesThatInstant() {
    Issued key;
    try (RunningSample sample = RunningSample.start(data)) {
      key = Container.issue(sample.uri(), sample.adminKey(), "\"scopes\":[]");
      sample.kill();
    }
    try (RunningSample sample = RunningSample.start(data)) {
      get(sample.uri(), WHOAMI).key(key.key()).send().isOk();
    }
  }

  // Starts that fail

  @Test
  void everyMistakeInTheSettingsStandsOnTheLastLines() {
    try (RunningSample sample =
        RunningSample.launch(
            data,
            RunningSample.freePort(),
            "SALLYPORT_STORE_POLL",
            "soon",
            "SALLYPORT_COMBINE",
            "perhaps",
            "SALLYPORT_API_KEY_PEPPER",
            "c2hvcnQtc2VjcmV0")) {
      assertThat(sample.exitStatus()).isEqualTo(1);
      String report = lastLines(sample.output(), "The sample did not start.");
      assertThat(report)
          .contains("sallyport.store.poll", "soon")
          .contains("sallyport.combine", "perhaps")
          .contains("sallyport.api-key.pepper");
      assertThat(sample.output()).doesNotContain("c2hvcnQtc2VjcmV0");
    }
  }

  @Test
  void aStoreThatDoesNotAnswerStopsTheStart() {
    try (RunningSample sample =
        RunningSample.launch(
            data,
            RunningSample.freePort(),
            "SALLYPORT_STORE_URL",
            "jdbc:postgresql://localhost:" + RunningSample.freePort() + "/nowhere",
            "SALLYPORT_STORE_USERNAME",
            "sallyport",
            "SALLYPORT_STORE_PASSWORD",
            "not-to-be-printed")) {
      assertThat(sample.exitStatus()).isEqualTo(1);
      assertThat(lastLines(sample.output(), "The sample did not start.")).isNotEmpty();
      assertThat(sample.output()).doesNotContain("not-to-be-printed");
    }
  }

  @Test
  void aPortThatIsTakenStopsTheStart() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RunningSample sample = RunningSample.launch(data, taken.getLocalPort())) {
      assertThat(sample.exitStatus()).isEqualTo(1);
      assertThat(lastLines(sample.output(), "The sample did not start.")).contains("in use");
    }
  }

  private static String lastLines(String output, String from) {
    assertThat(output).contains(from);
    return output.substring(output.lastIndexOf(from) + from.length());
  }

  // For trying things out

  @Test
  void aDemoTokenIsLetInAndItsKeyIsItsOwnersAlone() throws Exception {
    try (RunningSample sample = RunningSample.start(data)) {
      String token = demoToken("alice", "user", "orders:read");

      assertThat(get(sample.uri(), WHOAMI).bearer(token).send().isOk().body())
          .isEqualTo(
              """
              {"name":"alice","kind":"BEARER","keyId":null,"owner":null,"subject":"alice",\
              "issuer":"sallyport-demo","scopes":["orders:read"],"roles":["user"],"plan":null}""");
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(data.resolve(DemoIssuer.KEY_FILE))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void thereIsNoDemoIssuerWhereTheDeployerNamedOne() throws Exception {
    try (RunningSample sample = RunningSample.start(data)) {
      get(sample.uri(), WHOAMI).bearer(demoToken("alice")).send().isOk();
    }
    try (RunningSample sample =
        RunningSample.start(
            data,
            "MP_JWT_VERIFY_ISSUER",
            TestIssuers.PEOPLE,
            "MP_JWT_VERIFY_PUBLICKEY",
            TestIssuers.peoplePem())) {
      get(sample.uri(), WHOAMI).bearer(demoToken("alice")).send().isRefusal(401, "token_invalid");
      get(sample.uri(), WHOAMI)
          .bearer(TestIssuers.person("alice").rs256(TestIssuers.people().getPrivate()))
          .send()
          .isOk();
    }
  }

  @Test
  void theDemoPepperIsWarnedOfAndNeverPrintedAndADeployersReplacesIt() throws IOException {
    String warning = "sallyport.api-key.pepper is the sample's";
    try (RunningSample sample = RunningSample.start(data)) {
      assertThat(sample.output()).contains(warning).doesNotContain(demoPepper());
    }
    try (RunningSample sample =
        RunningSample.start(
            data.resolve("own"),
            "SALLYPORT_API_KEY_PEPPER",
            "bm90LXRoZS1kZW1vLXBlcHBlci1idXQtYW5vdGhlci0x")) {
      assertThat(sample.output()).doesNotContain(warning);
      get(sample.uri(), WHOAMI).key(sample.adminKey()).send().isOk();
    }
  }

  private static String demoPepper() throws IOException {
    Properties shipped = new Properties();
    try (var in =
        LauncherIT.class.getResourceAsStream("/META-INF/microprofile-config.properties")) {
      shipped.load(in);
    }
    return shipped.getProperty("sallyport.api-key.pepper");
  }

  /** As the README tells to: one file, the JDK, and no class path. */
  private String demoToken(String... words) throws IOException, InterruptedException {
    Path source =
        Path.of(
            System.getProperty("sample.target"),
            "../src/test/java/io/github/sallyport/sample/DemoToken.java");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), source.toString());
    builder.command().addAll(List.of(words));
    builder.environment().put("SALLYPORT_DATA", data.toString());
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String token = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return token.strip();
  }
}
