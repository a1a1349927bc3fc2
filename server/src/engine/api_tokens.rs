//! api_tokens
