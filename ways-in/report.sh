#!/bin/sh
# Tells Compass of a build or a deployment, for the ways in that have inputs where a job has a command line: the GitHub
# Action and the Bitbucket pipe. It is here because both have to decide the same: which state a job's outcome means, and
# when a job fails because of Compass.
#
# Reads EVENT, STATE or OUTCOME, ENVIRONMENT, STARTED_AT, ARGUMENTS (one in each line) and STRICT, and whatever
# `compass` reads. No value is ever run by a shell.
set -eu

warn() {
    if [ "${GITHUB_ACTIONS:-}" = true ]; then
        printf '::warning title=Compass::%s\n' "$1"
    else
        printf 'warning: %s\n' "$1" >&2
    fi
}

# Ends with the code, which is told to the steps that follow even where it does not fail the job.
finish() {
    if [ -n "${GITHUB_OUTPUT:-}" ]; then printf 'exit-code=%s\n' "$1" >> "$GITHUB_OUTPUT"; fi
    if [ -n "${2:-}" ] && [ "$STRICT" = false ]; then
        warn "$2"
        exit 0
    fi
    exit "$1"
}

# What is written wrong is wrong in every run, so that it fails whether or not STRICT is set.
refuse() {
    printf 'error: %s\n' "$1" >&2
    finish 2
}

EVENT=${EVENT:-deployment}
STATE=${STATE:-}
OUTCOME=${OUTCOME:-}
STRICT=${STRICT:-false}

case $STRICT in
    true | false) ;;
    *) refuse 'strict is neither "true" nor "false"' ;;
esac
# Anything else might be taken for an option or for `help`, which exits with 0 and tells nobody.
case $EVENT in
    build | deployment) ;;
    *) refuse 'event is neither "build" nor "deployment"; for others call compass event yourself' ;;
esac
if [ -z "${COMPASS_API_TOKEN:-}" ]; then
    [ "$STRICT" = false ] || printf 'error: COMPASS_API_TOKEN is not set\n' >&2
    finish 2 "Compass is not told of this $EVENT: COMPASS_API_TOKEN is not set, as in jobs that get no secrets"
fi

set --
if [ -z "$STATE" ]; then
    case $OUTCOME in
        success | 0) STATE=successful ;;
        failure) STATE=failed ;;
        cancelled) STATE=cancelled ;;
        '' | *[!0-9]*) refuse 'state is not given, and the outcome of the job is not known' ;;
        *) STATE=failed ;;
    esac
    # The outcome is that of a job that ends now.
    set -- --completed-at now
fi
set -- "--state=$STATE" "$@"
[ -z "${ENVIRONMENT:-}" ] || set -- "$@" "--environment=$ENVIRONMENT"
[ -z "${STARTED_AT:-}" ] || set -- "$@" "--started-at=$STARTED_AT"
while IFS= read -r argument; do
    [ -z "$argument" ] || set -- "$@" "$argument"
done << END
${ARGUMENTS:-}
END

code=0
compass event "$EVENT" "$@" || code=$?
case $code in
    0) finish 0 ;;
    3 | 4 | 5) finish "$code" "Compass was not told of this $EVENT (exit code $code); the job goes on, because strict is not set" ;;
    *) finish "$code" ;;
esac
