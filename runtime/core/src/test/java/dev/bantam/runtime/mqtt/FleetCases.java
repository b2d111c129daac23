package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.dispatch.RequestHandler.ServedSlot;
import dev.bantam.testkit.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two devices that share the work of a group; for each broker that Bantam is used with. */
@Timeout(90)
abstract class FleetCases {

  private static final String GROUP = "bantam/v1/fleet/line-2";
  private static final String ECHO = GROUP + "/task/echo";
  private static final String ANSWERS = "clients/me/";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private GatewayFixture one;
  private GatewayFixture other;
  private TestClient client;

  abstract String url();

  @BeforeEach
  void start() throws Exception {
    one = GatewayFixture.member(url(), "one", "line-2", new FakeHandler());
    other = GatewayFixture.member(url(), "other", "line-2", new FakeHandler());
    client = TestClient.connect(url(), ANSWERS + "#");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    other.close();
    one.close();
  }

  private void ask(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      client.ask(ECHO, "ask " + i, ANSWERS + "echo", "c" + i);
    }
  }

  private int executed() {
    return one.handler.executed.size() + other.handler.executed.size();
  }

  @Test
  void shouldTakeTurnsSoThatEachRequestIsAnsweredOnce() throws Exception {
    // When
    ask(20);

    // Then
    client.finalReply(19);
    assertThat(client.finals()).hasSize(20);
    assertThat(client.finals()).extracting(TestClient.Reply::correlation).doesNotHaveDuplicates();
    assertThat(executed()).isEqualTo(20);
    assertThat(one.handler.executed).isNotEmpty();
    assertThat(other.handler.executed).isNotEmpty();
  }

  @Test
  void shouldShareWorkAmongDevicesWithDifferentSlots() throws Exception {
    // Given a third device, whose two slots have connections of their own
    FakeHandler slots =
        new FakeHandler(
            List.of(
                new ServedSlot("main", Set.of("echo"), 4),
                new ServedSlot("second", Set.of("count"), 4)));
    try (GatewayFixture third = GatewayFixture.member(url(), "third", "line-2", slots)) {
      // When
      ask(21);

      // Then
      client.finalReply(20);
      assertThat(client.finals()).hasSize(21);
      assertThat(executed() + third.handler.executed.size()).isEqualTo(21);
      assertThat(third.handler.executed).isNotEmpty();
      third.leaveFleet();
    }
  }

  @Test
  void shouldLeaveSharedWorkToOthersBeforeItDrains() throws Exception {
    // When
    one.leaveFleet();
    ask(10);

    // Then
    client.finalReply(9);
    assertThat(one.handler.executed).isEmpty();
    assertThat(other.handler.executed).hasSize(10);
    assertThat(one.connected()).isTrue();
  }

  @Test
  void shouldFinishWhatItHadWhenItLeftAndTakeTurnsAgainOnceItJoins() throws Exception {
    // Given a request that one of the devices holds
    client.ask(GROUP + "/task/hold", "kept", ANSWERS + "hold", "h");
    Eventually.await("held", LIMIT, () -> one.handler.held() + other.handler.held() == 1);
    GatewayFixture holder = one.handler.held() == 1 ? one : other;

    // When it leaves
    holder.leaveFleet();
    ask(4);
    client.finalReply(3);
    holder.handler.release(holder.context);

    // Then
    assertThat(client.finalReply(4).text()).isEqualTo("KEPT");
    assertThat((holder == one ? other : one).handler.executed).hasSize(4);

    // And when it joins again
    int before = holder.handler.executed.size();
    holder.joinFleet();
    Eventually.await(
        "it takes turns",
        LIMIT,
        () -> {
          askOnce();
          return holder.handler.executed.size() > before;
        });
  }

  @Test
  void shouldDoWhatTheBrokerHadKeptForItBeforeItGoesForGood() throws Exception {
    // Given a device that the broker keeps more for than it takes at once
    other.leaveFleet();
    int count = 40;
    for (int i = 0; i < count; i++) {
      client.ask(GROUP + "/task/hold", "kept " + i, ANSWERS + "hold", "k" + i);
    }
    Eventually.await("the device is full", LIMIT, () -> one.handler.held() == 8);

    // When it leaves
    one.leaveFleet();
    CompletableFuture<Void> finished = one.finishFleet(LIMIT);
    Eventually.await(
        "all is done",
        LIMIT,
        () -> {
          assertThat(finished.isDone() && one.handler.held() > 0).isFalse();
          one.handler.release(one.context);
          return finished.isDone();
        });
    one.close();

    // Then nothing waits for it to come back
    client.finalReply(count - 1);
    assertThat(client.finals()).hasSize(count);
    assertThat(client.finals()).extracting(TestClient.Reply::correlation).doesNotHaveDuplicates();
    assertThat(one.handler.executed).hasSize(count);
    one = GatewayFixture.member(url(), "one", "line-2", new FakeHandler());
  }

  private void askOnce() {
    try {
      ask(1);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldEndTheSharedSubscriptionsOfAnEarlierProcessIfItLeavesBeforeItIsConnected()
      throws Exception {
    // Given a device that went away, and whose session the broker keeps
    one.close();

    // When it comes back and has left already
    one = GatewayFixture.entering(url(), "one", "line-2", new FakeHandler());
    one.leaveFleet();
    one.awaitConnected();
    ask(10);

    // Then
    client.finalReply(9);
    assertThat(one.handler.executed).isEmpty();
  }

  @Test
  void shouldDoWhatADeviceHadNotFinishedWhenItsConnectionWasLost() throws Exception {
    // Given a request that one of the devices holds
    client.ask(GROUP + "/task/hold", "kept", ANSWERS + "hold", "h");
    Eventually.await("held", LIMIT, () -> one.handler.held() + other.handler.held() == 1);
    GatewayFixture holder = one.handler.held() == 1 ? one : other;
    String name = holder == one ? "one" : "other";

    // When another process takes the place of that device, as after a kill -9
    try (GatewayFixture next = GatewayFixture.member(url(), name, "line-2", new FakeHandler())) {
      GatewayFixture rest = holder == one ? other : one;
      Eventually.await("held again", LIMIT, () -> next.handler.held() + rest.handler.held() == 1);
      next.handler.release(next.context);
      rest.handler.release(rest.context);

      // Then
      assertThat(client.finalReply(0).text()).isEqualTo("KEPT");
      assertThat(holder.handler.held()).isEqualTo(1);
    }
  }
}
