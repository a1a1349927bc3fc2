//! The codes that the program ends with; a part of its interface.

use hostler_client::{Code, Error};

pub(crate) const FAILED: u8 = 1;
pub(crate) const USAGE: u8 = 2;
pub(crate) const FORBIDDEN: u8 = 3;
pub(crate) const NOT_FOUND: u8 = 4;
pub(crate) const CONFLICT: u8 = 5;
pub(crate) const UNAVAILABLE: u8 = 6;
pub(crate) const OPERATION_FAILED: u8 = 7;
pub(crate) const INTERRUPTED: u8 = 130;

/// Shown under `--help`.
pub(crate) const HELP: &str = "\
Exit codes:
  0    done
  1    failed
  2    the command or its values are wrong
  3    not signed in, or not allowed
  4    not found
  5    in the way: taken, busy, changed meanwhile, wrong state, quota
  6    unavailable, or not in time
  7    the operation did not succeed
  130  interrupted; an operation that has begun goes on";

/// The code of a call that failed.
pub(crate) fn of_call(error: &Error) -> u8 {
    match error.code() {
        Code::InvalidArgument | Code::OutOfRange => USAGE,
        Code::Unauthenticated | Code::PermissionDenied => FORBIDDEN,
        // Nobody is signed in before the address is verified.
        Code::FailedPrecondition if error.reason() == "EMAIL_NOT_VERIFIED" => FORBIDDEN,
        Code::NotFound => NOT_FOUND,
        Code::AlreadyExists | Code::FailedPrecondition | Code::Aborted => CONFLICT,
        Code::ResourceExhausted if error.reason() == "QUOTA" => CONFLICT,
        Code::Unavailable | Code::DeadlineExceeded | Code::ResourceExhausted => UNAVAILABLE,
        Code::Ok
        | Code::Cancelled
        | Code::Unknown
        | Code::Unimplemented
        | Code::Internal
        | Code::DataLoss => FAILED,
    }
}
