package dev.bantam.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.protocol.TopicNames;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SubscriptionTreeTest {

  private final Session session =
      new Session("s", new OutboundQueue(1, 1, new ByteBudget(1)), System::nanoTime);

  @Test
  void shouldAgreeWithThePlainMatcher() {
    // Given random filters and topics of few levels, so that many match
    Random random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      String filter = levels(random, "a", "b", "+", "$x", "") + (round % 3 == 0 ? "/#" : "");
      String topic = levels(random, "a", "b", "$x", "");
      SubscriptionTree tree = new SubscriptionTree();
      Subscription subscription =
          Objects.requireNonNull(Subscription.parse(filter, 0, false, false, 0));
      // When
      tree.add(session, subscription);
      // Then
      assertThat(tree.match(topic).sessions().containsKey(session))
          .as(filter + " and " + topic)
          .isEqualTo(TopicNames.matches(filter, topic));
      tree.remove(session, subscription);
      assertThat(tree.isEmpty()).isTrue();
    }
  }

  private static String levels(Random random, String... names) {
    String topic =
        IntStream.rangeClosed(0, random.nextInt(3))
            .mapToObj(i -> names[random.nextInt(names.length)])
            .collect(Collectors.joining("/"));
    return topic.isEmpty() ? "a" : topic;
  }

  @Test
  void shouldParseSharedFilters() {
    Subscription shared =
        Objects.requireNonNull(Subscription.parse("$share/g/a/#", 1, false, false, 0));
    assertThat(shared.group()).isEqualTo("g");
    assertThat(shared.filter()).isEqualTo("a/#");
    for (String bad :
        new String[] {"$share/g", "$share//a", "$share/+/a", "$share/g/", "", "a/#/b"}) {
      assertThat(Subscription.parse(bad, 0, false, false, 0)).as(bad).isNull();
    }
  }
}
