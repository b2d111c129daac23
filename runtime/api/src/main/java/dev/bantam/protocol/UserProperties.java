package dev.bantam.protocol;

/**
 * Names of MQTT 5 user properties. Those that start with two underscores are the RPC protocol's
 * own.
 */
public final class UserProperties {

  /** Protocol version of request or answer, {@code major.minor}. */
  public static final String PROTOCOL_VERSION = "__protVer";

  /** The sender's client id, since protocol version 1.1. */
  public static final String SOURCE_ID = "__srcId";

  /** The asking client's id, in protocol versions 1.0 and 1.1. */
  public static final String INVOKER_ID = "__invId";

  /** The sender's time stamp. */
  public static final String TIMESTAMP = "__ts";

  /** An answer's status: 200, 204, 400, 408, 415, 500, 503 or 505. */
  public static final String STATUS = "__stat";

  /** A sentence that goes with a status other than 200 and 204. */
  public static final String STATUS_MESSAGE = "__stMsg";

  /** {@code true} if a status of 500 comes from the plugin or a cancel, not from the protocol. */
  public static final String APPLICATION_ERROR = "__apErr";

  /** The field or property that a status of 400, 408, 415 or 505 is about. */
  public static final String INVALID_PROPERTY_NAME = "__propName";

  /** The value of the property that {@link #INVALID_PROPERTY_NAME} names. */
  public static final String INVALID_PROPERTY_VALUE = "__propVal";

  /** With status 505: the major versions that are spoken. */
  public static final String SUPPORTED_MAJOR_VERSIONS = "__supProtMajVer";

  /** With status 505: the version that was asked for. */
  public static final String REQUESTED_VERSION = "__requestProtVer";

  /**
   * Bantam's own: the number of a streamed chunk, from 0; on the message that ends a stream, how
   * many chunks there were.
   */
  public static final String STREAM_INDEX = "stream-index";

  /** Bantam's own: {@code true} on the message that ends a stream, absent on all others. */
  public static final String STREAM_LAST = "stream-last";

  /** Bantam's own: {@code high}, {@code normal} or {@code low}, on a request. */
  public static final String PRIORITY = "priority";

  private UserProperties() {}
}
