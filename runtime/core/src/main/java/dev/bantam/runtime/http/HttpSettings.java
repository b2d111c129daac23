package dev.bantam.runtime.http;

import dev.bantam.documents.Problem;
import dev.bantam.documents.Section;
import dev.bantam.runtime.machine.ListenAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code http} of a device profile, which has limits only, or of {@code bantam.yaml};
 * field by field: {@code device-profiles/README.md} and {@code runtime/docs/health.md}. Empty
 * means: as the profile has it, or as usual.
 *
 * @param isOff whether nothing is told over HTTP
 * @param listen where to listen
 * @param maxConnections most connections at the same time
 * @param maxRequestBytes most bytes of a request, all of it in its head
 * @param timeout the longest time that a connection lasts
 */
public record HttpSettings(
    boolean isOff,
    Optional<ListenAddress> listen,
    Optional<Integer> maxConnections,
    Optional<Long> maxRequestBytes,
    Optional<Duration> timeout) {

  /** Where a device listens that nobody says anything else of, if the port is free. */
  public static final ListenAddress USUAL = new ListenAddress("127.0.0.1", 9883);

  /** Nothing said. */
  public static final HttpSettings NONE =
      new HttpSettings(
          false, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private static final String SECTION = "http";
  private static final String LISTEN = "listen";
  private static final String TIMEOUT = "timeout";
  private static final String MAX_REQUEST_BYTES = "max_request_bytes";
  private static final String NOWHERE = "none";
  private static final int USUAL_CONNECTIONS = 16;
  private static final int USUAL_REQUEST_BYTES = 8192;
  private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(10);

  /** Less than a request of a usual client has. */
  private static final long LEAST_REQUEST_BYTES = 1024;

  private static final long LARGEST_REQUEST_BYTES = 1 << 20;
  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);

  /**
   * The limits that settings make.
   *
   * @param connections most at the same time
   * @param requestBytes most bytes of a request's head
   * @param timeout the longest time that a connection lasts
   */
  public record Limits(int connections, int requestBytes, Duration timeout) {}

  /**
   * What a document says.
   *
   * @param root the document, without {@link #problems}
   */
  public static HttpSettings of(Section root) {
    Section http = root.section(SECTION);
    boolean isOff = http.text(LISTEN).filter(NOWHERE::equals).isPresent();
    return new HttpSettings(
        isOff,
        isOff ? Optional.empty() : http.text(LISTEN).map(HttpSettings::address),
        http.integer("max_connections"),
        http.bytes(MAX_REQUEST_BYTES),
        http.duration(TIMEOUT));
  }

  private static ListenAddress address(String text) {
    return ListenAddress.parse(text, USUAL.port());
  }

  /**
   * What is wrong in a document beside its schema. Copes with documents that the schema has
   * complaints about.
   */
  public static List<Problem> problems(Section root) {
    Section http = root.section(SECTION);
    List<Problem> problems = new ArrayList<>();
    http.text(LISTEN)
        .filter(text -> !text.equals(NOWHERE))
        .flatMap(HttpSettings::addressProblem)
        .ifPresent(message -> problems.add(http.problem(LISTEN, message)));
    try {
      http.bytes(MAX_REQUEST_BYTES)
          .filter(bytes -> bytes < LEAST_REQUEST_BYTES || bytes > LARGEST_REQUEST_BYTES)
          .map(bytes -> http.problem(MAX_REQUEST_BYTES, "must be from 1KiB to 1MiB"))
          .ifPresent(problems::add);
      http.duration(TIMEOUT)
          .filter(time -> time.isZero() || time.compareTo(LONGEST_TIMEOUT) > 0)
          .map(time -> http.problem(TIMEOUT, "must be longer than 0s, and 10m at most"))
          .ifPresent(problems::add);
    } catch (IllegalArgumentException alreadyReportedByTheSchema) {
      return problems;
    }
    return problems;
  }

  private static Optional<String> addressProblem(String text) {
    try {
      address(text);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage() + "; or none, for none");
    }
  }

  /** With another's word where it has one. */
  public HttpSettings over(HttpSettings other) {
    return new HttpSettings(
        isOff || other.isOff,
        other.listen.or(() -> listen),
        other.maxConnections.or(() -> maxConnections),
        other.maxRequestBytes.or(() -> maxRequestBytes),
        other.timeout.or(() -> timeout));
  }

  /** With what is usual where nothing is said. */
  public Limits limits() {
    return new Limits(
        maxConnections.orElse(USUAL_CONNECTIONS),
        maxRequestBytes.map(Math::toIntExact).orElse(USUAL_REQUEST_BYTES),
        timeout.orElse(USUAL_TIMEOUT));
  }

  /** What is risked and why, for people; empty where nothing is. */
  public Optional<String> warning() {
    return listen
        .filter(address -> !address.isLoopback())
        .map(
            address ->
                "http: anybody who reaches %s can read the device's figures, the names of its slots, models and routes among them"
                    .formatted(address));
  }
}
