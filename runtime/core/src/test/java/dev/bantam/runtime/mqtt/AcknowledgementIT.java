package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.testkit.Eventually;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes over the wire when: only a broker of our own can tell. */
@Timeout(60)
class AcknowledgementIT {

  private static final String BASE = "bantam/v1/device/gw-1";
  private static final String ANSWER = BASE + "/answer/me/x";
  private static final String ECHO = BASE + "/task/echo";
  private static final String HOLD = BASE + "/task/hold";
  private static final String MAIN = "bantam-gw-1-main";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private ScriptedBroker broker;
  private GatewayFixture fixture;

  @BeforeEach
  void start() throws Exception {
    broker = new ScriptedBroker();
    fixture = GatewayFixture.start(broker.url());
  }

  @AfterEach
  void stop() {
    fixture.close();
    broker.close();
  }

  private List<String> pubacks() {
    return broker.log.stream().filter(line -> line.startsWith(MAIN + " PUBACK")).toList();
  }

  private static byte[] expiry(int seconds) {
    return new byte[] {Wire.MESSAGE_EXPIRY, 0, 0, 0, (byte) seconds};
  }

  @Test
  void shouldAcknowledgeARequestOnceTheBrokerHasItsAnswer() throws Exception {
    // Given
    broker.withholdAcknowledgements();
    broker.request(MAIN, 7, ECHO, ANSWER, "hi");
    broker.await(MAIN + " PUBLISH " + ANSWER);
    assertThat(pubacks()).isEmpty();

    // When
    broker.acknowledgeAll();

    // Then
    broker.await(MAIN + " PUBACK 7");
  }

  @Test
  void shouldAcknowledgeInTheOrderInWhichRequestsCame() throws Exception {
    // Given
    broker.request(MAIN, 1, HOLD, ANSWER, "first");
    Eventually.await("held", LIMIT, () -> fixture.handler.held() == 1);
    broker.request(MAIN, 2, ECHO, ANSWER, "second");
    broker.await(MAIN + " PUBLISH " + ANSWER);
    assertThat(pubacks()).isEmpty();

    // When
    fixture.handler.release(fixture.context);

    // Then
    broker.await(MAIN + " PUBACK 2");
    assertThat(pubacks()).containsExactly(MAIN + " PUBACK 1", MAIN + " PUBACK 2");
  }

  @Test
  void shouldAcknowledgeAnExpiredRequestWithoutAnAnswer() throws Exception {
    // Given
    broker.request(MAIN, 1, HOLD, ANSWER, "late", expiry(1));
    Eventually.await("held", LIMIT, () -> fixture.handler.held() == 1);
    long deadline = fixture.handler.executed.get(0).deadlineNanos().orElseThrow();
    Eventually.await("expired", LIMIT, () -> System.nanoTime() - deadline > 0);

    // When
    fixture.handler.release(fixture.context);

    // Then
    broker.await(MAIN + " PUBACK 1");
    assertThat(broker.log).doesNotContain(MAIN + " PUBLISH " + ANSWER);
  }

  @Test
  void shouldAcknowledgeWhatCannotBeAnswered() throws Exception {
    // When
    broker.request(MAIN, 1, ECHO, "", "nobody hears");
    broker.request(MAIN, 2, ECHO, "a/+/b", "no topic name");
    broker.request(MAIN, 3, ECHO, BASE + "/status", "not this one");

    // Then
    broker.await(MAIN + " PUBACK 3");
    assertThat(fixture.handler.executed).isEmpty();
    assertThat(fixture.refused())
        .containsEntry("no_response_topic", 1L)
        .containsEntry("response_topic_not_allowed", 2L);
  }

  @Test
  void shouldRefuseAPayloadFormatIndicatorThatIsNeitherZeroNorOne() throws Exception {
    // When
    broker.request(MAIN, 1, ECHO, ANSWER, "hi", (byte) Wire.PAYLOAD_FORMAT, (byte) 2);

    // Then
    broker.await(MAIN + " PUBACK 1");
    String answer = new String(broker.payloads.get(ANSWER), StandardCharsets.ISO_8859_1);
    assertThat(answer)
        .contains("__stat\0\u0003415")
        .contains("__propName\0\u0018Payload Format Indicator")
        .contains("__propVal\0\u00012")
        .contains("c1");
    assertThat(fixture.handler.executed).isEmpty();
  }

  @Test
  void shouldTakeBothPayloadFormatIndicators() throws Exception {
    for (int indicator = 0; indicator <= 1; indicator++) {
      ByteArrayOutputStream property = new ByteArrayOutputStream();
      property.write(Wire.PAYLOAD_FORMAT);
      property.write(indicator);
      broker.request(MAIN, 1 + indicator, ECHO, ANSWER, "hi", property.toByteArray());
      broker.await(MAIN + " PUBACK " + (1 + indicator));
    }
    assertThat(fixture.handler.executed).hasSize(2);
  }
}
