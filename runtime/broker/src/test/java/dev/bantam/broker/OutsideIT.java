package dev.bantam.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.testkit.CertificateAuthority;
import dev.bantam.testkit.Ports;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Others enter by an address of this machine that is not loopback: with a password only. */
@Timeout(60)
class OutsideIT {

  private static final Map<String, String> USERS =
      Map.of("boiler-7", "plain", "dashboard", Credentials.hash("hashed"));

  private static String address;

  @TempDir Path folder;

  @BeforeAll
  static void findAddress() {
    Optional<String> found = Ports.outsideAddress();
    Assumptions.assumeTrue(found.isPresent(), "this machine has no address but loopback");
    address = found.get();
  }

  private static BrokerHarness broker(Optional<Outside.Certificate> certificate) {
    return new BrokerHarness(
        BrokerOptions.defaults().withOutside(new Outside("0.0.0.0", 0, USERS, certificate)));
  }

  /** What {@code mosquitto_pub} says, behind its exit code. */
  private static String publish(String host, int port, String... further) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("mosquitto_pub", "-V", "5", "-q", "1", "-h", host, "-p", "" + port));
    command.addAll(List.of("-t", "plant/boiler/7/temp", "-m", "97"));
    command.addAll(Arrays.asList(further));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + " " + output.strip();
  }

  @Test
  void shouldLetOthersInByNameAndPasswordOnly() throws Exception {
    try (BrokerHarness harness = broker(Optional.empty())) {
      // Given one of this machine's own programs, which needs no password
      RawClient own = harness.client("own", Props.none());
      own.subscribed("plant/#", 1);
      int port = harness.broker().outsidePort();

      // When / Then
      assertThat(publish(address, port)).doesNotStartWith("0 ");
      assertThat(publish(address, port, "-u", "boiler-7", "-P", "wrong")).doesNotStartWith("0 ");
      assertThat(publish(address, port, "-u", "nobody", "-P", "plain")).doesNotStartWith("0 ");
      assertThat(publish("127.0.0.1", port)).as("the same by loopback").doesNotStartWith("0 ");
      assertThat(publish(address, port, "-u", "boiler-7", "-P", "plain")).startsWith("0 ");
      assertThat(own.expect(Packet.PUBLISH).topic()).isEqualTo("plant/boiler/7/temp");
      assertThat(publish(address, port, "-u", "dashboard", "-P", "hashed")).startsWith("0 ");
    }
  }

  @Test
  void shouldNotLetOthersReachTheListenerOfThisMachine() throws Exception {
    try (BrokerHarness harness = broker(Optional.empty())) {
      assertThat(publish(address, harness.port())).doesNotStartWith("0 ");
      assertThat(publish("127.0.0.1", harness.port())).startsWith("0 ");
    }
  }

  @Test
  void shouldEncryptWhereItHasACertificate() throws Exception {
    // Given
    CertificateAuthority authority = CertificateAuthority.create(folder, "Plant CA");
    CertificateAuthority.Issued server = authority.issue("ip:" + address);
    Outside.Certificate certificate = new Outside.Certificate(server.certificate(), server.key());
    try (BrokerHarness harness = broker(Optional.of(certificate))) {
      int port = harness.broker().outsidePort();
      String ca = authority.caFile().toString();

      // When / Then
      assertThat(publish(address, port, "-u", "boiler-7", "-P", "plain", "--cafile", ca))
          .startsWith("0 ");
      assertThat(publish(address, port, "--cafile", ca)).doesNotStartWith("0 ");
      assertThat(publish(address, port, "-u", "boiler-7", "-P", "plain")).doesNotStartWith("0 ");
    }
  }

  @Test
  void shouldNotBeMadeWithoutUsers() {
    assertThatThrownBy(() -> new Outside("0.0.0.0", 1883, Map.of(), Optional.empty()))
        .hasMessageContaining("without credentials");
  }
}
